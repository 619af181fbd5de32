"""A published scorecard refuses UPDATE and DELETE on both engines."""

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER scorecards_scorecard_no_{act} BEFORE {act} ON scorecards_scorecard
    BEGIN SELECT RAISE(ABORT, 'a published scorecard never changes'); END"""
    for act in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION scorecards_scorecard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a published scorecard never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER scorecards_scorecard_no_change BEFORE UPDATE OR DELETE ON scorecards_scorecard
    FOR EACH ROW EXECUTE FUNCTION scorecards_scorecard_refuse()""",
]


def add(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0001_initial")]

    operations = [migrations.RunPython(add)]
