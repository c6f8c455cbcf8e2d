"""Reads a shop's receipt (CSV) and prints it as the pantry's JSON."""

import argparse
import csv
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

UNITS = {"g", "kg", "ml", "l", "piece"}


@dataclass
class Line:
    name: str
    amount: float
    unit: str
    price: float


def parse_row(row):
    """Turns one row of the receipt into a Line; raises ValueError where it cannot."""
    unit = row["unit"].strip().lower()
    if unit not in UNITS:
        raise ValueError(f"unknown unit: {unit}")
    return Line(
        name=row["name"].strip(),
        amount=float(row["amount"]),
        unit=unit,
        price=float(row["price"]),
    )


def read_receipt(path):
    lines = []
    with open(path, newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                lines.append(parse_row(row))
            except (KeyError, ValueError) as error:
                print(f"{path}:{number}: {error}", file=sys.stderr)
    return lines


def merge(lines):
    """Adds up lines of the same name and unit, in the order of their first appearance."""
    merged = {}
    for line in lines:
        key = (line.name, line.unit)
        if key in merged:
            merged[key].amount += line.amount
            merged[key].price += line.price
        else:
            merged[key] = line
    return list(merged.values())


def total(lines):
    return sum(line.price for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--total", action="store_true", help="print the sum only")
    args = parser.parse_args()
    lines = merge(read_receipt(args.receipt))
    if args.total:
        print(f"{total(lines):.2f}")
    else:
        json.dump([asdict(line) for line in lines], sys.stdout, indent=2)


if __name__ == "__main__":
    main()
