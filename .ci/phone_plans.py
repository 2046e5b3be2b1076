#!/usr/bin/env python3
"""Makes src/lexicon/data/phone_plans.tsv from libphonenumber's compiled metadata.

    python3 .ci/phone_plans.py metadata.bin > src/lexicon/data/phone_plans.tsv

`metadata.bin` is part of the crate `rlibphonenumber` (src/generated/metadata), in the encoding of its
resources/phonemetadata.proto. Run it when that crate is updated: a test compares the table with the crate.
"""
import sys


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def message(data):
    """Fields of a message: number -> values."""
    fields, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            value, at = varint(data, at)
        fields.setdefault(key >> 3, []).append(value)
    return fields


def text(fields, number):
    """A pattern without its anchors."""
    value = fields.get(number, [b""])[0].decode()
    return value[4:-2] if value.startswith("^(?:") and value.endswith(")$") else value


def lengths(desc, number):
    """Lengths; packed or not. None where the form is not used (-1)."""
    found = []
    for value in desc.get(number, []):
        if isinstance(value, bytes):
            at = 0
            while at < len(value):
                item, at = varint(value, at)
                found.append(item)
        else:
            found.append(value)
    return None if any(n > 99 for n in found) else found


plans = [message(m) for m in message(open(sys.argv[1], "rb").read())[1]]
print("# Numbering plans: what numbers a country has. Facts of the ITU-T E.164 plans as libphonenumber collects them (Apache-2.0),")
print("# made by .ci/phone_plans.py. Tab-separated: country, calling code, `main` for the main country of a code, prefix of calls")
print("# abroad, trunk prefix, `rewrites` where that prefix rewrites the number, first digits that tell countries of one code apart,")
print("# lengths, lengths inside an area, pattern of all numbers, then lengths and pattern of kinds of numbers.")
for plan in plans:
    name = plan[9][0].decode()
    if name == "001":
        continue
    general = message(plan[1][0])
    kinds = {}
    for number in (2, 3, 4, 5, 6, 7, 8, 21, 25, 28):
        if number in plan:
            kind = message(plan[number][0])
            size = lengths(kind, 9)
            pattern = text(kind, 2)
            if size is not None and pattern and 2 in kind:
                own = kinds.setdefault(" ".join(map(str, size or lengths(general, 9))), [])
                if pattern not in own:
                    own.append(pattern)
    row = [
        name,
        str(plan[10][0]),
        "main" if plan.get(22, [0])[0] else "",
        text(plan, 11),
        text(plan, 15),
        "rewrites" if plan.get(16, [b""])[0] else "",
        text(plan, 23),
        " ".join(map(str, lengths(general, 9))),
        " ".join(map(str, lengths(general, 10))),
        text(general, 2),
    ]
    for size, patterns in sorted(kinds.items()):
        row += [size, "|".join(patterns)]
    print("\t".join(row))
