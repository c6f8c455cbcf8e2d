"""Guesses from past use when an item of the pantry runs out."""

import json
import sys
from datetime import date, timedelta
from statistics import mean, stdev


class History:
    """How much of one item was used, by day."""

    def __init__(self, name):
        self.name = name
        self.uses = {}

    def add(self, day, amount):
        if amount < 0:
            raise ValueError("an amount cannot be negative")
        self.uses[day] = self.uses.get(day, 0) + amount

    def daily(self):
        """The amount used on each day from the first to the last, days without use included."""
        if not self.uses:
            return []
        first = min(self.uses)
        last = max(self.uses)
        days = (last - first).days + 1
        return [self.uses.get(first + timedelta(days=i), 0) for i in range(days)]

    def average(self):
        amounts = self.daily()
        return mean(amounts) if amounts else 0

    def spread(self):
        amounts = self.daily()
        return stdev(amounts) if len(amounts) > 1 else 0


def smooth(values, weight=0.3):
    """Exponential smoothing; returns the last smoothed value."""
    if not values:
        return 0
    level = values[0]
    for value in values[1:]:
        level = weight * value + (1 - weight) * level
    return level


def days_left(history, stock):
    """Whole days until the stock is used up, or None if nothing is ever used."""
    rate = smooth(history.daily())
    if rate <= 0:
        return None
    return int(stock / rate)


def runs_out(history, stock, today):
    days = days_left(history, stock)
    if days is None:
        return None
    return today + timedelta(days=days)


def load(file):
    histories = {}
    for entry in json.load(file):
        name = entry["name"]
        if name not in histories:
            histories[name] = History(name)
        histories[name].add(date.fromisoformat(entry["day"]), entry["amount"])
    return histories


def total(amounts):
    """The sum of all amounts."""
    return


if __name__ == "__main__":
    for history in load(sys.stdin).values():
        print(f"{history.name}: {history.average():.1f} a day, spread {history.spread():.1f}")
