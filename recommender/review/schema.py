"""The tables of the store. Decisions are append-only; a writer locks the one row of `chain`."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

SCHEMA = 9
SEPARATOR = "\x1f"  # between the cells in `shown`
TEXTS = ("answers", "given", "unread")  # columns of `details` that hold JSON

metadata = MetaData()

schema = Table("schema", metadata, Column("version", Integer, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("rulebook", String(64), nullable=False),
    Column("people", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    # the movements and rules that the digits of `people.verdicts` and `people.fired` stand for, as JSON lists
    Column("movements", Text, nullable=False),
    Column("rules", Text, nullable=False),
    # the columns of the file that are shown beside a person, as a JSON list
    Column("shown", Text, nullable=False, server_default="[]"),
    # the how-manieth import of the store this was, whatever the clock said; 0 until it is complete
    Column("brought", Integer, nullable=False, server_default="0"),
    # hash of this row (`chain.list_seal`), without what may change without an import
    Column("seal", String(64), nullable=False, server_default=""),
    # how often plans in short were brought up to answers that were filled in: what was counted before is void
    Column("reassessed", Integer, nullable=False, server_default="0"),
)
Index("runs_by_content", runs.c.sha256)

# Long texts are in `details`, so that the worklist is sorted, counted and searched over short rows.
people = Table(
    "people",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("clearance", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("verdicts", Text, nullable=False),
    Column("fired", Text, nullable=False),
    Column("plan", String(64), nullable=False),
    # 1: clear, with all safety questions answered
    Column("screened", Integer, nullable=False, server_default="0"),
    # hash of name and answers, by which decisions follow a person to other runs; empty where they must not
    Column("content", String(64), nullable=False, server_default=""),
    # 1: the name stands on several rows
    Column("repeated", Integer, nullable=False, server_default="0"),
    # cells that could not be read or contradict others, and count as not known, as a JSON list of Doubt
    Column("doubts", Text, nullable=False, server_default="[]"),
    # the cells of the columns in `runs.shown`, in their order
    Column("shown", Text, nullable=False, server_default=""),
    # hash of the answers that were filled in at the desk, with which this row was assessed; empty where none
    Column("amended", String(64), nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
details = Table(
    "details",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("answers", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("unread", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("people_by_place", people.c.run, people.c.place)
Index("people_by_clearance", people.c.run, people.c.clearance, people.c.place)
Index("people_by_tier", people.c.run, people.c.tier, people.c.place)
Index("people_by_name", people.c.run, people.c.name)
Index("people_by_content", people.c.content)

# Rows that are not on the worklist: no people or, in lists of 0.2.0 and earlier, such as could not be read,
# the most urgent first by `place`.
unreadable = Table(
    "unreadable",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("cells", Text, nullable=False),  # JSON list of [column, cell, sentence]
    Column("clearance", Integer, nullable=False),  # by the rest of a row that could not be read, as a rank
    Column("flags", Text, nullable=False),  # JSON list of the rules that raise it
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("run", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", String(64), nullable=False),
    Column("about", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("rules_say", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("plan", String(64), nullable=False),
    Column("said", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("rulebook", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("before", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("disposition", String(64), nullable=False, server_default=""),
    Column("recheck", String(10), nullable=False, server_default=""),  # a day, as ISO 8601
    Column("withdraws", Integer, nullable=False, server_default="0"),  # the id of an earlier decision
    Column("together", Integer, nullable=False, server_default="0"),  # with how many it was agreed in bulk
    Column("amends", Text, nullable=False, server_default=""),  # answers filled in, as JSON by field
    # hash of the answers filled in before, which a decision is about together with those of the file
    Column("amended", String(64), nullable=False, server_default=""),
    Column("account", String(100), nullable=False, server_default=""),  # who had signed in
    Column("replies", Integer, nullable=False, server_default="0"),  # the id of an earlier remark
    UniqueConstraint("form", "about"),
)
# Whether a person is decided on is asked of these columns alone: the plans in `said` are long.
_OF_STATES = ("id", "about", "kind", "verdict", "rules_say", "by", "plan", "withdraws", "amended")
Index("decisions_by_state", decisions.c.run, decisions.c.number, *(decisions.c[name] for name in _OF_STATES))

chain = Table(
    "chain",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
)

# ── Of a team ──────────────────────────────────────────────────────────────────────────────────────────────

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(100), nullable=False, unique=True),  # in lower case
    Column("name", String(100), nullable=False, unique=True),  # under decisions
    Column("role", String(100), nullable=False),
    Column("duty", String(20), nullable=False),
    Column("password", Text, nullable=False),  # salted hash, empty where another provider signs in
    # who the provider of identities says they are, from the first sign-in with it
    Column("issuer", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("closed", Integer, nullable=False, server_default="0"),
)
# Who may open a list, beside administrators.
members = Table(
    "members",
    metadata,
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("account", Integer, primary_key=True, autoincrement=False),
)
# Sign-ins that were tried. A login that nobody has is not kept: people type passwords there.
sign_in_log = Table(
    "sign_in_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False, index=True),
    Column("login", String(100), nullable=False),
    Column("address", String(45), nullable=False),
    Column("outcome", String(10), nullable=False),
)
Index("sign_in_log_by_login", sign_in_log.c.login, sign_in_log.c.id)

sessions = Table(
    "sessions",
    metadata,
    Column("name", String(64), primary_key=True),  # hash of the cookie
    Column("account", Integer, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("run", Integer, nullable=False),
    Column("opened", String(40), nullable=False),
    Column("seen", String(40), nullable=False),
)
claims = Table(
    "claims",
    metadata,
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("account", Integer, nullable=False),
    Column("until", String(40), nullable=False),
)
assignments = Table(
    "assignments",
    metadata,
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("account", Integer, nullable=False),
)
# A sign-in at a provider of identities that has begun: what is compared when the browser comes back.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("name", String(64), primary_key=True),  # hash of the cookie
    Column("expected", Text, nullable=False),
    Column("until", String(40), nullable=False),
)
