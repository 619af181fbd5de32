"""A process of its own that saves marks or closes a round, to be killed in the middle. Run by test_services_together.

python -m tests.councils.saver MODE SHEET NOW, marks as JSON on stdin.
  open    save the marks in a transaction, say "inside", never commit
  close   close the round of its product in a transaction, say "inside", never commit
  closed  save and commit, say "stored", go on doing nothing
  loop    save again and again, each time all marks with another reason; say "saving" first
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime

import django
from django.db import transaction


def main(mode: str, sheet_pk: str, now: str) -> None:
    django.setup()
    from ocop.councils import services
    from ocop.councils.models import Sheet

    marks = json.load(sys.stdin)
    sheet = Sheet.objects.select_related("member__user").get(pk=sheet_pk)
    by, at = sheet.member.user, datetime.fromisoformat(now)

    def save(reason: str) -> None:
        services.save_marks(sheet=sheet, marks={c: (a, reason) for c, a in marks.items()}, by=by, now=at)

    if mode == "open":
        with transaction.atomic():
            save("chưa ghi xong")
            print("inside", flush=True)
            time.sleep(60)
    elif mode == "close":
        secretary = sheet.item.session.council.members.get(part="secretary").user
        with transaction.atomic():
            services.close_item(item=sheet.item, by=secretary, now=at)
            print("inside", flush=True)
            time.sleep(60)
    elif mode == "closed":
        save("đã ghi")
        print("stored", flush=True)
        time.sleep(60)
    else:
        print("saving", flush=True)
        for number in range(100_000):
            save(f"lần {number}")


if __name__ == "__main__":
    main(*sys.argv[1:])
