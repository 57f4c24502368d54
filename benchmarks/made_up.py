"""Cohorts made up for measuring: a registry's columns, and a file in which every field has a column."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from numpy.random import Generator

from recommender.rulebook import load_rulebook
from tests.strategies import People


def registry(rows: int, seed: int) -> pl.DataFrame:
    """Make the table of an osteoporosis registry: scans, fractures, falls, steroids; some cells are empty."""
    chance = np.random.default_rng(seed)
    age = chance.normal(67, 11, rows).clip(18, 105).astype(int)
    sex = chance.choice(["F", "M"], rows, p=[0.8, 0.2])
    menopause = np.where(age >= 55, "post", np.where(age >= 47, chance.choice(["peri", "post"], rows), "pre"))
    steroids = chance.random(rows) < 0.12
    spine = chance.normal(-1.6, 1.2, rows).clip(-6, 0.9)
    frame = pl.DataFrame(
        {
            "patient_id": np.arange(rows) + 100_000,
            "age": age,
            "sex": sex,
            "menopause": np.where(sex == "M", "", menopause),
            "t_lumbar_spine": spine.round(1),
            "t_total_hip": (spine * 0.7 + chance.normal(-0.4, 0.6, rows)).clip(-6, 0.9).round(1),
            "t_femoral_neck": (spine * 0.7 + chance.normal(-0.6, 0.6, rows)).clip(-6, 0.9).round(1),
            "vertebral_fractures": chance.choice([0, 1, 2, 3], rows, p=[0.86, 0.09, 0.03, 0.02]),
            "other_fractures": chance.choice([0, 1, 2], rows, p=[0.8, 0.16, 0.04]),
            "hip_fracture": chance.choice(["no", "yes"], rows, p=[0.95, 0.05]),
            "falls_12m": chance.choice([0, 1, 2, 3, 4], rows, p=[0.7, 0.17, 0.08, 0.03, 0.02]),
            "height_loss_cm": chance.exponential(1.4, rows).clip(0, 12).round(1),
            "kyphosis": chance.choice(["none", "mild", "marked"], rows, p=[0.7, 0.22, 0.08]),
            "back_pain_severity": chance.integers(0, 11, rows),
            "new_back_pain": chance.choice(["no", "yes"], rows, p=[0.9, 0.1]),
            "glucocorticoid_mg": np.where(steroids, chance.choice([2.5, 5, 7.5, 10, 20], rows), 0.0),
            "glucocorticoid_months": np.where(steroids, chance.integers(1, 120, rows), 0),
            "activity": chance.choice(
                ["sedentary", "some", "regular", "trained"], rows, p=[0.35, 0.35, 0.22, 0.08]
            ),
            "supervision": chance.choice(["none", "group", "professional"], rows, p=[0.7, 0.2, 0.1]),
            "osteoporosis_treatment": chance.choice(["no", "yes"], rows, p=[0.6, 0.4]),
        }
    )
    settled = {"patient_id", "age", "sex", "menopause", "glucocorticoid_mg", "glucocorticoid_months"}
    return frame.with_columns(
        _some_empty(frame[name], chance) for name in frame.columns if name not in settled
    )


def _some_empty(column: pl.Series, chance: Generator) -> pl.Series:
    share = chance.uniform(0.02, 0.3)
    return column.set(pl.Series(chance.random(len(column)) < share), None)


def every_field(rows: int, seed: int) -> pl.DataFrame:
    """Make a table with a column for every field, drawn from a few thousand people of the tests."""
    people = People(load_rulebook())
    chance = random.Random(seed)
    answers = [people.anyone(chance) for _ in range(4_000)]
    frame = pl.DataFrame(answers, schema=dict.fromkeys(people.fields, pl.String))
    return frame.sample(rows, with_replacement=True, seed=seed).insert_column(
        0, pl.Series("patient_id", range(rows))
    )


def write_in_parts(
    path: Path, rows: int, make: Callable[[int, int], pl.DataFrame], part: int = 1_000_000
) -> None:
    """Write a cohort of any size, a part at a time."""
    with path.open("wb") as file:
        for number, start in enumerate(range(0, rows, part)):
            make(min(part, rows - start), number).write_csv(file, include_header=number == 0)
