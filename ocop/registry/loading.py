"""Taxonomy, crosswalk, subject kinds and evidence kinds from reference/."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import yaml

from ocop.kernel import reference

from .models import EvidenceKind, ProductGroup, ProductSet, SetCrosswalk, SubjectKind


def load(folder: Path, *, now: datetime) -> int:
    """Load the taxonomy; returns how many files changed. Rows are updated in place: products point at them.

    :raises BadReference: not 6 groups, 17 sub-groups and 26 sets, or an unknown set in the crosswalk
    """

    def taxonomy(content: bytes) -> list[str]:
        data = yaml.safe_load(content)
        ministries = {code: rows[-1]["name_vi"] for code, rows in data["ministries"].items()}
        groups = data["groups"]
        subgroups = [sub for group in groups for sub in group["subgroups"]]
        numbers = [row["number"] for sub in subgroups for row in sub["sets"]]
        found = (len(groups), len(subgroups), sorted(numbers))
        if found != (6, 17, list(range(1, 27))):
            raise reference.BadReference("groups", f"cần 6 ngành, 17 nhóm, bộ 1-26; tệp có {found}")
        for position, group in enumerate(groups, 1):
            row, _ = ProductGroup.objects.update_or_create(
                code=group["code"], defaults={"name": group["name_vi"], "position": position}
            )
            for sub in group["subgroups"]:
                for item in sub["sets"]:
                    ProductSet.objects.update_or_create(
                        number=item["number"],
                        defaults={
                            "group": row,
                            "subgroup_name": sub["name_vi"],
                            "name": item["name_vi"],
                            "printed_name": item["printed_phan_nhom"] or "",
                            "managing_ministry": "; ".join(ministries[code] for code in item["ministries"]),
                        },
                    )
        return []

    def crosswalk(content: bytes) -> list[str]:
        sets = {row.number: row for row in ProductSet.objects.order_by("number")}
        SetCrosswalk.objects.all().delete()
        for item in yaml.safe_load(content)["rows"]:
            if item["new"] is not None and item["new"] not in sets:
                raise reference.BadReference(f"bộ {item['old']}", f"không có bộ {item['new']}; nạp danh mục trước")
            SetCrosswalk.objects.create(
                old_number=item["old"], product_set=sets.get(item["new"]), reason=item.get("note") or item["name_2019"]
            )
        return []

    def kinds(content: bytes) -> list[str]:
        for position, item in enumerate(yaml.safe_load(content)["kinds"], 1):
            SubjectKind.objects.update_or_create(
                code=item["code"],
                defaults={
                    "name": item["name_vi"],
                    "position": position,
                    "tourism_only": item["only_groups"] == ["tourism"],
                },
            )
        return []

    def evidence(content: bytes) -> list[str]:
        for position, item in enumerate(yaml.safe_load(content)["evidence"], 1):
            EvidenceKind.objects.update_or_create(
                code=item["code"], defaults={"name": item["name_vi"], "position": position, "regimes": item["in"]}
            )
        return []

    files = (
        ("taxonomy/groups-2026.yaml", taxonomy),
        ("taxonomy/crosswalk-2019.yaml", crosswalk),
        ("taxonomy/subject-kinds.yaml", kinds),
    )
    changed = sum(reference.load_file(folder / name, name, parse, now=now) for name, parse in files)
    name = "scorecards/evidence.yaml"
    return changed + reference.load_file(folder / name, f"registry:{name}", evidence, now=now)
