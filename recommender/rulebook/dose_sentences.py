"""Writes the sentence that a person reads from a dose, in the phrases of the rulebook."""

from collections.abc import Iterator, Mapping

from recommender.rulebook.doses import Amount, DoseWords, Span

_OFTEN_A_DAY = 3  # from here on it is said that the minutes are those of one time


class DoseSentences:
    """Writes doses in `phrases`, with the words that doses may hold."""

    def __init__(self, phrases: Mapping[str, str], words: DoseWords) -> None:
        self._phrases, self._words = phrases, words

    def phrase(self, key: str, **values: str) -> str:
        """Return the phrase `key` with its placeholders filled in."""
        return self._phrases[key].format_map(values)

    def write(self, amount: Amount) -> str:
        """Return the dose as a person reads it: one sentence, and what is to be said beside it."""
        words = amount.words
        if "leave_out" in words:
            return self.phrase("dose.leave_out", rather=words["leave_out"])
        if "whenever" in words:
            first = [self.phrase("dose.whenever", when=words["whenever"]), *self._listed(amount, "how")]
        else:
            first = [self._bouts(amount), *self._clauses(amount)]
        text = ", ".join(first)
        if amount.build_to:
            text = self.phrase("dose.start", dose=text)
        return " ".join([f"{text[0].upper()}{text[1:]}.", *self._remarks(amount)])

    def _bouts(self, amount: Amount) -> str:
        numbers, bout = amount.numbers, self._bout(amount)
        if sets := numbers.get("sets"):
            if sets == Span(1, 1):
                return self.phrase("dose.set", bout=bout)
            return self.phrase("dose.sets", sets=self._span(sets), bout=bout)
        times = numbers.get("times")
        if times and "seconds" not in numbers:
            return f"{bout}, {self._times(times)}"
        return self.phrase("dose.times", times=self._span(times), bout=bout) if times else bout

    def _bout(self, amount: Amount) -> str:
        """Write what is done without a break: so many repeats, seconds or minutes."""
        numbers, words = amount.numbers, amount.words
        if "repeats" in numbers:
            count = numbers["repeats"]
            noun = words.get("of", "")
            parts = [self._span(count), words.get("manner", "")]
            parts += [self._words.of[noun].one if noun and count.high == 1 else noun]
            for key in ("metres", "seconds"):
                if key in numbers:
                    parts.append(self.phrase("dose.each", length=self._length(key, numbers[key])))
        elif "minutes" in numbers:
            parts = [self._length("minutes", numbers["minutes"])]
            if "times_a_day" in numbers and numbers["times_a_day"].high >= _OFTEN_A_DAY:
                parts += [self.phrase("dose.at_a_time")] if "times_a_day" not in words else []
        else:
            parts = [self._length("seconds", numbers["seconds"])]
        parts += self._listed(amount, "each")
        if "load" in words:
            parts[-1] += "," if "each" in words else ""
            parts.append(words["load"])
        if "load_kg" in numbers:
            parts.append(self.phrase("dose.load_kg", kilograms=self._span(numbers["load_kg"])))
        return " ".join(filter(None, [*parts, *self._listed(amount, "pace")]))

    def _clauses(self, amount: Amount) -> Iterator[str]:
        numbers, words = amount.numbers, amount.words
        for key in ("hold_seconds", "hold_breaths"):
            if key in numbers:
                hold = self.phrase("dose.held", length=self._length(key, numbers[key]))
                yield " ".join([hold, *self._listed(amount, "hold_where")])
        yield from self._listed(amount, "how")
        yield from self._often(numbers, words)

    def _often(self, numbers: Mapping[str, Span], words: Mapping[str, str]) -> Iterator[str]:
        if "times_a_day" in numbers:
            times = self._times(numbers["times_a_day"])
            yield words.get("times_a_day") or self.phrase("dose.times_a_day", times=times)
        if "days_a_week" in numbers:
            days = numbers["days_a_week"]
            yield words.get("days_a_week") or self.phrase("dose.days_a_week", days=self._span(days))

    def _remarks(self, amount: Amount) -> Iterator[str]:
        numbers, words = amount.numbers, amount.words
        if amount.build_to:
            lengths = [
                self._span(span) if key == "repeats" else self._length(key, span)
                for key, span in amount.build_to.items()
                if key not in ("times_a_day", "days_a_week")
            ]
            yield self.phrase(
                "dose.build_to", amount=", ".join([*lengths, *self._often(amount.build_to, {})])
            )
        if "learn_weeks" in numbers:
            yield self.phrase("dose.learn", weeks=self._span(numbers["learn_weeks"]))
        if "months" in numbers:
            yield self.phrase("dose.months", months=self._span(numbers["months"]))
        if "add" in words:
            yield self.phrase("dose.add", what=words["add"], most=f"{numbers['repeats'].high:g}")
        if "rest_minutes" in numbers:
            length = self._length("minutes", numbers["rest_minutes"])
            what = self.phrase("dose.between_sets") if "sets" in numbers else words["of"]
            yield self.phrase("dose.rest", length=length, what=what)
        yield from self._listed(amount, "effort", "then")

    @staticmethod
    def _listed(amount: Amount, *keys: str) -> list[str]:
        return [amount.words[key] for key in keys if key in amount.words]

    def _length(self, key: str, span: Span) -> str:
        count, one = self._span(span), span.high == 1
        if key == "hold_breaths":
            return self.phrase("dose.breath") if one else self.phrase("dose.breaths", count=count)
        if key == "metres":
            return self.phrase("dose.metres", count=count)
        if key == "minutes":
            return self.phrase("dose.minute") if one else self.phrase("dose.minutes", count=count)
        return self.phrase("dose.seconds", count=count)

    def _times(self, span: Span) -> str:
        if span == Span(1, 1):
            return self.phrase("dose.once")
        if span == Span(2, 2):
            return self.phrase("dose.twice")
        if span == Span(1, 2):
            return self.phrase("dose.once_or_twice")
        return self.phrase("dose.often", count=self._span(span))

    def _span(self, span: Span) -> str:
        low, high = f"{span.low:g}", f"{span.high:g}"
        if span.bound == "at_least":
            return self.phrase("dose.at_least", count=low)
        if span.bound:
            return self.phrase("dose.up_to", count=high)
        return low if low == high else self.phrase("dose.range", low=low, high=high)
