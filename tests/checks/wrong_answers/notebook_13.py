"""Notebook 13: answers to its exercises, wrong with a word of the message, and unusually right."""

from math import comb

import numpy as np

ABSENT = object()


def changed(one, other):
    names = {*one, *other}
    return [name for name in names if one.get(name, ABSENT) != other.get(name, ABSENT)]


def changed_popping(one, other):
    left = {
        name for name in set(one) | set(other) if one.get(name, ABSENT) != other.pop(name, ABSENT)
    }
    return left


def paired(first, second, ddof=1, root=True, whole=False):
    differences = np.subtract(first, second)
    error = differences.std(ddof=ddof)
    if not whole:
        error /= np.sqrt(len(differences)) if root else len(differences)
    return differences.mean(), error


def chance(wins, votes, lowest=0):
    return sum(comb(votes, k) for k in range(wins + lowest, votes + 1)) / 2**votes


RIGHT = {
    "changed_settings": [
        changed,
        lambda one, other: set(changed(one, other)),
        lambda one, other: tuple(sorted(changed(one, other))),
        lambda one, other: sorted({name for name, _ in set(one.items()) ^ set(other.items())}),
    ],
    "paired_difference": [
        paired,
        lambda first, second: np.array(paired(first, second)),
        lambda first, second: list(paired(first, second)),
        lambda first, second: np.float16(paired(first, second)),
    ],
    "coin_chance": [
        chance,
        lambda wins, votes: np.float16(chance(wins, votes)),
        lambda wins, votes: 1 - sum(comb(votes, k) for k in range(wins)) / 2**votes,
        lambda wins, votes: sum(bin(way).count("1") >= wins for way in range(2**votes)) / 2**votes,
    ],
}

WRONG = {
    "changed_settings": [
        ("both dicts", lambda one, other: [n for n in one if one[n] != other.get(n, ABSENT)]),
        ("both dicts", lambda one, other: [n for n in other if other[n] != one.get(n, ABSENT)]),
        (
            "`in` first",
            lambda one, other: [n for n in {*one, *other} if one.get(n) != other.get(n)],
        ),
        ("KeyError", lambda one, other: [n for n in {*one, *other} if one[n] != other[n]]),
        ("list or a set", lambda one, other: len(changed(one, other))),
        ("list or a set", lambda one, other: ", ".join(changed(one, other))),
        ("list or a set", lambda one, other: {n: (one[n], other[n]) for n in one if n in other}),
        ("a set", lambda one, other: 2 * changed(one, other)),
        ("changes `other`", changed_popping),
        ("", lambda one, other: [n for n in one if n in other and one[n] != other[n]]),
        ("", lambda one, other: [n for n in one if one[n] == other.get(n)]),
        ("", lambda one, other: set(one) ^ set(other)),
        ("", lambda one, other: set(one) & set(other)),
        ("", lambda one, other: []),
        ("", lambda one, other: ["size", "pooling"]),
        ("", lambda one, other: one != other),
    ],
    "paired_difference": [
        ("first minus second", lambda first, second: paired(second, first)),
        ("root of their number", lambda first, second: paired(first, second, whole=True)),
        ("n − 1", lambda first, second: paired(first, second, ddof=0)),
        ("by the number", lambda first, second: paired(first, second, root=False)),
        ("first the mean", lambda first, second: paired(first, second)[::-1]),
        (
            "each list by itself",
            lambda first, second: (
                np.mean(first) - np.mean(second),
                np.sqrt((np.var(first, ddof=1) + np.var(second, ddof=1)) / len(first)),
            ),
        ),
        ("add up", lambda f, s: (sum(f) - sum(s), paired(f, s)[1])),
        ("", lambda f, s: (paired(f, s)[0], paired(f, s)[1] ** 2)),
        ("shape", lambda f, s: np.mean(f) - np.mean(s)),
        ("", lambda f, s: (abs(paired(f, s)[0]), paired(f, s)[1])),
        ("", lambda f, s: (np.median(np.subtract(f, s)), paired(f, s)[1])),
        ("", lambda f, s: (paired(f, s)[0], 1.96 * paired(f, s)[1])),
        ("", lambda f, s: (np.mean(f - s), 0)),
        ("", lambda f, s: (paired(f, s, whole=True)[0], paired(f, s, whole=True)[1] / 2)),
        ("", lambda f, s: (paired(f, s)[0], 0.0)),
        ("", lambda f, s: (paired(f, s)[0], np.std(f, ddof=1) / np.sqrt(len(f)))),
    ],
    "coin_chance": [
        ("exactly so many", lambda wins, votes: comb(votes, wins) / 2**votes),
        ("more wins than so many", lambda wins, votes: chance(wins, votes, lowest=1)),
        ("at most so many", lambda wins, votes: 1 - chance(wins, votes, lowest=1)),
        ("both ends", lambda wins, votes: 2 * chance(wins, votes)),
        ("share of the votes", lambda wins, votes: wins / votes),
        ("percent", lambda wins, votes: 100 * chance(wins, votes)),
        ("count the ways", lambda wins, votes: chance(wins, votes) * 2**votes),
        ("", lambda wins, votes: 0.5**wins),
        ("", lambda wins, votes: 0.5**votes),
        ("", lambda wins, votes: min(1.0, 2 * chance(wins, votes))),
        ("", lambda wins, votes: 1 - chance(wins, votes)),
        ("", lambda wins, votes: chance(wins, 6)),
        ("", lambda wins, votes: wins / 2**votes),
        ("", lambda wins, votes: wins > votes / 2),
        ("single order", lambda wins, votes: (votes - wins + 1) / 2**votes),
    ],
}
