"""Events stay as they were written: the database itself refuses to change or remove them.

kernel_event       no UPDATE, no DELETE
kernel_eventbody   no DELETE; UPDATE only to set body and salt both to null (erasure of personal data)

A later migration that rebuilds one of these tables on SQLite drops its triggers: it must make them again.
Source: proof.md section 5.
"""

from django.db import migrations

# SQLite's INSERT OR REPLACE removes a row without firing a DELETE trigger, hence the third trigger of each table.
SQLITE = {
    "kernel_event_update": "BEFORE UPDATE ON kernel_event",
    "kernel_event_delete": "BEFORE DELETE ON kernel_event",
    "kernel_event_replace": "BEFORE INSERT ON kernel_event WHEN EXISTS (SELECT 1 FROM kernel_event WHERE id = NEW.id)",
    "kernel_eventbody_update": """BEFORE UPDATE ON kernel_eventbody
        WHEN NEW.event_id <> OLD.event_id OR NEW.body IS NOT NULL OR NEW.salt IS NOT NULL""",
    "kernel_eventbody_delete": "BEFORE DELETE ON kernel_eventbody",
    "kernel_eventbody_replace": """BEFORE INSERT ON kernel_eventbody
        WHEN EXISTS (SELECT 1 FROM kernel_eventbody WHERE event_id = NEW.event_id)""",
}

POSTGRESQL_FUNCTION = """
    CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'append-only: % %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""
POSTGRESQL = {
    "kernel_event_change": "BEFORE UPDATE OR DELETE ON kernel_event FOR EACH ROW",
    "kernel_event_truncate": "BEFORE TRUNCATE ON kernel_event FOR EACH STATEMENT",
    "kernel_eventbody_update": """BEFORE UPDATE ON kernel_eventbody FOR EACH ROW
        WHEN (NEW.event_id <> OLD.event_id OR NEW.body IS NOT NULL OR NEW.salt IS NOT NULL)""",
    "kernel_eventbody_delete": "BEFORE DELETE ON kernel_eventbody FOR EACH ROW",
    "kernel_eventbody_truncate": "BEFORE TRUNCATE ON kernel_eventbody FOR EACH STATEMENT",
}


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, when in SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'append-only'); END")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)  # its % are no placeholders
        for name, when in POSTGRESQL.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION kernel_append_only()")


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION kernel_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
