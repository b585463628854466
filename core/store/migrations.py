"""The schema, as the ordered steps that led to it. A step that was ever released is never edited; a new one is appended."""

from __future__ import annotations

import time
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from core.errors import InputError


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; its number is its place in MIGRATIONS, counted from 1."""

    name: str
    statements: tuple[str, ...]


# `position` is the place in import order; `fingerprint` tells whether a row says the same as before, its parts included;
# `ordinal` keeps the order of the parts. Only keys that are looked up are declared: DuckDB scans the rest faster than it
# maintains an index.
FACTS = Migration(
    "facts",
    (
        "CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
        "INSERT INTO meta VALUES ('revision', '0')",
        """CREATE TABLE imports (
            imported_at DOUBLE NOT NULL, source VARCHAR NOT NULL, report VARCHAR NOT NULL,
            n_chunks BIGINT NOT NULL, n_entities BIGINT NOT NULL, n_questions BIGINT NOT NULL)""",
        """CREATE TABLE chunks (
            chunk_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, fingerprint VARCHAR NOT NULL,
            text VARCHAR NOT NULL, filename VARCHAR NOT NULL, title VARCHAR NOT NULL, source VARCHAR NOT NULL,
            wiki_type VARCHAR NOT NULL, temporal_order DOUBLE, searchable BOOLEAN NOT NULL, extra VARCHAR NOT NULL)""",
        "CREATE TABLE mentions (chunk_id VARCHAR NOT NULL, ordinal INTEGER NOT NULL, type VARCHAR NOT NULL, name VARCHAR NOT NULL)",
        """CREATE TABLE entities (
            entity_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, fingerprint VARCHAR NOT NULL,
            name VARCHAR NOT NULL, type VARCHAR NOT NULL, filename VARCHAR NOT NULL, attributes VARCHAR NOT NULL)""",
        "CREATE TABLE aliases (entity_id VARCHAR NOT NULL, ordinal INTEGER NOT NULL, alias VARCHAR NOT NULL)",
        """CREATE VIEW names AS
            SELECT entity_id, lower(name) AS name FROM entities UNION SELECT entity_id, lower(alias) FROM aliases""",
        """CREATE TABLE questions (
            question_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, fingerprint VARCHAR NOT NULL,
            text VARCHAR NOT NULL, category VARCHAR NOT NULL, difficulty VARCHAR NOT NULL, temporal_limit DOUBLE,
            expected_topics VARCHAR[] NOT NULL, split VARCHAR)""",
        """CREATE TABLE judgements (
            question_id VARCHAR NOT NULL, ordinal INTEGER NOT NULL, chunk_id VARCHAR NOT NULL, grade INTEGER NOT NULL)""",
        """CREATE TABLE pairs (
            pair_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, fingerprint VARCHAR NOT NULL,
            query VARCHAR NOT NULL, chunk_id VARCHAR NOT NULL, label VARCHAR NOT NULL, rule VARCHAR NOT NULL,
            question_id VARCHAR NOT NULL, split VARCHAR NOT NULL, hardness VARCHAR NOT NULL, score DOUBLE NOT NULL,
            reason VARCHAR NOT NULL, evidence VARCHAR NOT NULL)""",
        "CREATE TABLE unpaired (question_id VARCHAR PRIMARY KEY, reason VARCHAR NOT NULL)",
    ),
)

# What generating pairs left besides the pairs. `generations` is appended to: the last row made the pairs that stand.
GENERATION = Migration(
    "generation",
    (
        """CREATE TABLE generations (
            run_id VARCHAR NOT NULL, adopted_at DOUBLE NOT NULL, made_from VARCHAR NOT NULL, summary VARCHAR NOT NULL)""",
        """CREATE TABLE dropped (
            position BIGINT NOT NULL, query VARCHAR NOT NULL, question_id VARCHAR NOT NULL, chunk_id VARCHAR NOT NULL,
            rule VARCHAR NOT NULL, reason VARCHAR NOT NULL, score DOUBLE NOT NULL, offered BOOLEAN NOT NULL)""",
        """CREATE TABLE removed (
            position BIGINT NOT NULL, query VARCHAR NOT NULL, question_id VARCHAR NOT NULL, reason VARCHAR NOT NULL,
            how VARCHAR NOT NULL, held_out VARCHAR NOT NULL, n_pairs BIGINT NOT NULL)""",
    ),
)

# Decisions are appended and never changed; what they mean is a view. `position` is the order they arrived in, while what stands is the
# latest by the time it was made, so that two copies of a workspace agree once each has the other's decisions. `queue` says where a
# pair stands in each order of the desk; it is worked out anew with the pairs.
DECISIONS = Migration(
    "decisions",
    (
        """CREATE TABLE decisions (
            decision_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, pair_id VARCHAR NOT NULL, verdict VARCHAR NOT NULL,
            auditor VARCHAR NOT NULL, made_at DOUBLE NOT NULL, seconds DOUBLE NOT NULL, becomes VARCHAR NOT NULL,
            reason VARCHAR NOT NULL, note VARCHAR NOT NULL, batch VARCHAR NOT NULL, undoes VARCHAR NOT NULL)""",
        """CREATE VIEW standing AS
            SELECT * FROM decisions WHERE undoes = ''
            AND decision_id NOT IN (SELECT undoes FROM decisions WHERE undoes <> '')""",
        """CREATE VIEW verdicts AS
            SELECT pair_id, auditor, max(made_at) AS made_at, arg_max(verdict, row(made_at, decision_id)) AS verdict
            FROM standing GROUP BY pair_id, auditor""",
        """CREATE VIEW current AS
            SELECT pair_id, arg_max(verdict, row(made_at, decision_id)) AS verdict,
                arg_max(becomes, row(made_at, decision_id)) AS becomes
            FROM standing GROUP BY pair_id""",
        """CREATE TABLE queue (
            pair_id VARCHAR NOT NULL, doubt DOUBLE NOT NULL, by_doubt BIGINT NOT NULL, by_question BIGINT NOT NULL,
            by_rule BIGINT NOT NULL, by_chance BIGINT NOT NULL)""",
        "CREATE TABLE rules_off (rule VARCHAR PRIMARY KEY)",
    ),
)

# Decided and added pairs whose chunk or question is gone, until it is back.
SLEEPING = Migration("sleeping", ("CREATE TABLE sleeping AS FROM pairs LIMIT 0",))

# How far the newest tuned model contradicts a pair's label (core.auditing.contradicting).
CONTRADICTIONS = Migration("contradictions", ("CREATE TABLE contradictions (pair_id VARCHAR NOT NULL, amount DOUBLE NOT NULL)",))

# Votes are appended and never changed, like decisions; the latest of a voter on a question that was not taken back counts.
VOTING = Migration(
    "voting",
    (
        """CREATE TABLE ballots (
            ballot_id VARCHAR PRIMARY KEY, created_at DOUBLE NOT NULL, run_id VARCHAR NOT NULL, a VARCHAR NOT NULL, b VARCHAR NOT NULL,
            question_ids VARCHAR[] NOT NULL, n_identical BIGINT NOT NULL, seed BIGINT NOT NULL, n_results INTEGER NOT NULL)""",
        """CREATE TABLE votes (
            vote_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, ballot_id VARCHAR NOT NULL, question_id VARCHAR NOT NULL,
            voter VARCHAR NOT NULL, choice VARCHAR NOT NULL, "left" VARCHAR NOT NULL, made_at DOUBLE NOT NULL, seconds DOUBLE NOT NULL,
            comment VARCHAR NOT NULL, undoes VARCHAR NOT NULL)""",
        """CREATE VIEW current_votes AS
            SELECT * FROM votes WHERE undoes = '' AND vote_id NOT IN (SELECT undoes FROM votes WHERE undoes <> '')
            QUALIFY row_number() OVER (PARTITION BY ballot_id, voter, question_id ORDER BY made_at DESC, position DESC) = 1""",
        "CREATE TABLE curated (question_id VARCHAR NOT NULL, position BIGINT NOT NULL)",
    ),
)

# What is worked out of the corpus for looking around in it. `position` here is that of chunks at the time; an import empties these tables
# and fills `spellings` and `links` anew (linking.py). `links`: which chunk is about which entity, by its mentions (`listed`) or by its text
# (`named`). `surveys` holds one row while a survey of this corpus stands.
SURVEY = Migration(
    "survey",
    (
        """CREATE MACRO folded(name) AS lower(nfc_normalize(trim(regexp_replace(name, '[[:space:]]+', ' ', 'g'))))""",
        "CREATE TABLE surveys (taken_at DOUBLE NOT NULL, model VARCHAR NOT NULL, max_tokens BIGINT NOT NULL)",
        "CREATE TABLE lengths (position INTEGER NOT NULL, n_tokens INTEGER)",
        "CREATE TABLE issues (position INTEGER NOT NULL, kind VARCHAR NOT NULL, other INTEGER, detail VARCHAR NOT NULL)",
        "CREATE TABLE named (position INTEGER NOT NULL, entity_id VARCHAR NOT NULL)",
        "CREATE TABLE phrases (position INTEGER NOT NULL, topic VARCHAR NOT NULL)",
        "CREATE TABLE terms (term_no INTEGER NOT NULL, term VARCHAR NOT NULL, is_name BOOLEAN NOT NULL)",
        "CREATE TABLE postings (term_no INTEGER NOT NULL, position INTEGER NOT NULL, weight FLOAT NOT NULL)",
        "CREATE TABLE spellings (entity_id VARCHAR NOT NULL, spelling VARCHAR NOT NULL, is_primary BOOLEAN NOT NULL)",
        "CREATE TABLE meant (type VARCHAR NOT NULL, name VARCHAR NOT NULL, n BIGINT NOT NULL, entity_id VARCHAR)",
        "CREATE TABLE links (position INTEGER NOT NULL, entity_id VARCHAR NOT NULL, listed BOOLEAN NOT NULL, named BOOLEAN NOT NULL)",
        "INSERT INTO meta VALUES ('unlinked', 'yes')",
    ),
)

# Aliases that a person added or took away, appended; the imported ones stay as they are, and what holds is a view. An entity that is gone
# keeps its corrections until it is back.
CORRECTIONS = Migration(
    "corrections",
    (
        """CREATE TABLE corrections (
            correction_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, entity_id VARCHAR NOT NULL, alias VARCHAR NOT NULL,
            adds BOOLEAN NOT NULL, made_at DOUBLE NOT NULL, undoes VARCHAR NOT NULL)""",
        """CREATE VIEW corrected AS
            SELECT * FROM corrections WHERE undoes = ''
            AND correction_id NOT IN (SELECT undoes FROM corrections WHERE undoes <> '')
            QUALIFY row_number() OVER (PARTITION BY entity_id, alias ORDER BY position DESC) = 1""",
        """CREATE VIEW current_aliases AS
            SELECT entity_id, ordinal, alias FROM aliases
            ANTI JOIN (SELECT entity_id, alias FROM corrected WHERE NOT adds) USING (entity_id, alias)
            UNION ALL
            SELECT entity_id, CAST(1000000 + position AS INTEGER), alias FROM corrected
            SEMI JOIN entities USING (entity_id) ANTI JOIN aliases USING (entity_id, alias) WHERE adds""",
        """CREATE OR REPLACE VIEW names AS
            SELECT entity_id, lower(name) AS name FROM entities UNION SELECT entity_id, lower(alias) FROM current_aliases""",
    ),
)

# Chunks that a person left out of training or of search, or took back; appended, the latest word on a chunk and a scope holds.
LEFT_OUT = Migration(
    "left_out",
    (
        """CREATE TABLE left_out_said (
            position BIGINT NOT NULL, chunk_id VARCHAR NOT NULL, scope VARCHAR NOT NULL, is_out BOOLEAN NOT NULL,
            reason VARCHAR NOT NULL, batch VARCHAR NOT NULL, said_at DOUBLE NOT NULL)""",
        """CREATE VIEW left_out AS
            SELECT chunk_id, scope, arg_max(reason, position) AS reason, arg_max(batch, position) AS batch, max(said_at) AS said_at
            FROM left_out_said GROUP BY chunk_id, scope HAVING arg_max(is_out, position)""",
    ),
)

# Judgements made in the app, apart from the imported ones: appended and never changed, so that neither a new import nor a second thought
# loses any. What stands is the latest by the time it was made that was not taken back.
JUDGING = Migration(
    "judging",
    (
        """CREATE TABLE judged (
            judgement_id VARCHAR PRIMARY KEY, position BIGINT NOT NULL, question_id VARCHAR NOT NULL, chunk_id VARCHAR NOT NULL,
            grade INTEGER NOT NULL, auditor VARCHAR NOT NULL, made_at DOUBLE NOT NULL, seconds DOUBLE NOT NULL, undoes VARCHAR NOT NULL)""",
        """CREATE VIEW judged_standing AS
            SELECT * FROM judged WHERE undoes = ''
            AND judgement_id NOT IN (SELECT undoes FROM judged WHERE undoes <> '')""",
        """CREATE VIEW judged_now AS
            SELECT question_id, chunk_id, arg_max(grade, row(made_at, judgement_id)) AS grade
            FROM judged_standing GROUP BY question_id, chunk_id""",
    ),
)

# How each source was read, as JSON: the columns that were mapped, whether bad lines were skipped.
SOURCES = Migration("sources", ("CREATE TABLE sources (source VARCHAR PRIMARY KEY, how VARCHAR NOT NULL)",))

# What the charts and lists count of `links` again and again, counted with them: which chunk speaks of an entity of which type, and how many
# chunks speak of an entity.
LINK_COUNTS = Migration(
    "link_counts",
    (
        """CREATE TABLE link_types AS
            SELECT DISTINCT links.position AS position, type FROM links JOIN entities USING (entity_id) ORDER BY type, links.position""",
        "CREATE TABLE link_counts AS SELECT entity_id, count(*) AS n FROM links GROUP BY entity_id",
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    FACTS,
    GENERATION,
    DECISIONS,
    SLEEPING,
    CONTRADICTIONS,
    VOTING,
    SURVEY,
    CORRECTIONS,
    LEFT_OUT,
    JUDGING,
    SOURCES,
    LINK_COUNTS,
)


def migrate(cursor: DuckDBPyConnection, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Run what has not run yet, each step in one transaction with the record that it ran.

    Raises InputError where the database has steps that this version does not know; it is left as it is.
    """
    cursor.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, ran_at DOUBLE NOT NULL)")
    n_run = _n_run(cursor)
    if n_run > len(migrations):
        raise InputError(
            f"This workspace was written by a newer Codex Forge (schema {n_run}; this one reads up to {len(migrations)}). "
            "Update Codex Forge, or name another workspace with -w."
        )
    for number, migration in enumerate(migrations[n_run:], start=n_run + 1):
        _run(cursor, number, migration)


def _n_run(cursor: DuckDBPyConnection) -> int:
    # fetchall throughout this room: fetchone leaves the result open, and DuckDB then refuses the cursor's next registration.
    [(n_run,)] = cursor.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchall()
    return int(n_run)


def _run(cursor: DuckDBPyConnection, number: int, migration: Migration) -> None:
    cursor.execute("BEGIN TRANSACTION")
    try:
        for statement in migration.statements:
            cursor.execute(statement)
        cursor.execute("INSERT INTO migrations VALUES (?, ?, ?)", [number, migration.name, time.time()])
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
