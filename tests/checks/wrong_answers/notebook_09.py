"""Notebook 09: answers to its exercises, wrong with a word of the message, and unusually right."""

import numpy as np


def divergence(m, v, tm, tv, log=np.log, half=2, one=1):
    return (v / tv - one + (m - tm) ** 2 / tv + log(tv / v)) / half


def moved(a, b):
    return np.abs(np.sort(a) - np.sort(b)).mean()


def share(values, votes, tie=0.5):
    ties = [values[winner] == values[loser] for winner, loser in votes]
    hits = [values[winner] > values[loser] for winner, loser in votes]
    return (sum(hits) + tie * sum(ties)) / len(votes)


def share_popping(values, votes):
    count, hits = len(votes), 0.0
    while votes:
        winner, loser = votes.pop()
        hits += 0.5 + 0.5 * np.sign(values[winner] - values[loser])
    return hits / count


RIGHT = {
    "divergence": [
        divergence,
        lambda m, v, tm, tv: np.log(np.sqrt(tv / v)) + (v + (m - tm) ** 2) / (2 * tv) - 0.5,
        lambda m, v, tm, tv: np.array([divergence(m, v, tm, tv)]),
        lambda m, v, tm, tv: np.float16(divergence(m, v, tm, tv)),
    ],
    "colours_moved": [
        moved,
        lambda a, b: sum(abs(x - y) for x, y in zip(sorted(a), sorted(b), strict=True)) / len(a),
        lambda a, b: np.float16(moved(a, b)),
        lambda a, b: moved(-a, -b),
        lambda a, b: np.mean(np.abs(np.sort(a)[::-1] - np.sort(b)[::-1])),
    ],
    "votes_foretold": [
        share,
        lambda values, votes: (
            0.5 + 0.5 * np.mean([np.sign(values[w] - values[x]) for w, x in votes])
        ),
        lambda values, votes: np.float16(share(values, votes)),
        lambda values, votes: np.mean([np.heaviside(values[w] - values[x], 0.5) for w, x in votes]),
    ],
}

WRONG = {
    "divergence": [
        ("half", lambda m, v, tm, tv: divergence(m, v, tm, tv, half=1)),
        ("changed places", lambda m, v, tm, tv: divergence(tm, tv, m, v)),
        ("sign is wrong", lambda m, v, tm, tv: divergence(m, v, tm, tv) - np.log(tv / v)),
        ("− 1 is missing", lambda m, v, tm, tv: divergence(m, v, tm, tv, one=0)),
        ("np.log", lambda m, v, tm, tv: divergence(m, v, tm, tv, log=np.log10)),
        (
            "roots or squares",
            lambda m, v, tm, tv: divergence(m, v, tm, tv, log=lambda x: np.log(x) / 2),
        ),
        (
            "divided by the target",
            lambda m, v, tm, tv: divergence(m, v, tm, tv) + (m - tm) ** 2 * (1 - 1 / tv) / 2,
        ),
        ("", lambda m, v, tm, tv: (m - tm) ** 2),
        ("", lambda m, v, tm, tv: divergence(m, v, tm, tv) - (m - tm) ** 2 / tv / 2),
        ("", lambda m, v, tm, tv: (v / tv - 1 + abs(m - tm) / tv + np.log(tv / v)) / 2 + 1e-2),
        ("", lambda m, v, tm, tv: (v / tv - 1 + abs(m - tm) / tv + np.log(tv / v)) / 2),
        ("", lambda m, v, tm, tv: divergence(0, 2, 0, tv) + (m - tm) ** 2 / 8),
        ("", lambda m, v, tm, tv: -divergence(m, v, tm, tv)),
        ("", lambda m, v, tm, tv: divergence(m, v, tm, tv, log=np.log2)),
        ("", lambda m, v, tm, tv: divergence(m, v, 0, 4)),
        ("", lambda m, v, tm, tv: (divergence(m, v, tm, tv), 0)),
    ],
    "colours_moved": [
        ("sort both first", lambda a, b: np.abs(a - b).mean()),
        ("distance of the means", lambda a, b: abs(a.mean() - b.mean())),
        ("not squares", lambda a, b: np.sqrt(np.mean((np.sort(a) - np.sort(b)) ** 2))),
        ("not the mean square", lambda a, b: np.mean((np.sort(a) - np.sort(b)) ** 2)),
        ("take the mean", lambda a, b: np.abs(np.sort(a) - np.sort(b)).sum()),
        ("same direction", lambda a, b: np.abs(np.sort(a) - np.sort(b)[::-1]).mean()),
        ("", lambda a, b: np.abs(np.sort(a) - b).mean()),
        ("", lambda a, b: (np.sort(a) - np.sort(b)).mean()),
        ("", lambda a, b: (np.sort(b) - np.sort(a)).mean()),
        ("", lambda a, b: np.abs(np.sort(a) - np.sort(b)).max()),
        ("", lambda a, b: np.median(np.abs(np.sort(a) - np.sort(b))) + 2.5),
        ("single number", lambda a, b: np.abs(np.sort(a) - np.sort(b))),
        ("written in", lambda a, b: np.abs(np.sort(a) - np.sort(b)).sum() / 4),
        ("", lambda a, b: np.abs(np.sort(a) - np.sort(b))[:4].mean()),
        ("", lambda a, b: np.abs(a.std() - b.std())),
    ],
    "votes_foretold": [
        ("counts half", lambda values, votes: share(values, votes, tie=0)),
        ("not whole", lambda values, votes: share(values, votes, tie=1)),
        ("number of votes", lambda values, votes: share(values, votes) * len(votes)),
        ("winner comes first", lambda values, votes: 1 - share(values, votes)),
        ("beyond chance", lambda values, votes: 2 * share(values, votes) - 1),
        ("changes `votes`", share_popping),
        ("", lambda values, votes: 0.5),
        ("", lambda values, votes: 100 * share(values, votes)),
        ("", lambda values, votes: np.mean([values[w] - values[x] for w, x in votes])),
        (
            "",
            lambda values, votes: np.mean(
                [values[w] > values[x] for w, x in votes if values[w] != values[x]]
            ),
        ),
        ("written in", lambda values, votes: share(values, votes) * len(votes) / 5),
        ("", lambda values, votes: share(values, votes[:5])),
        ("KeyError", lambda values, votes: share({"ada": 1.0}, votes)),
        ("True", lambda values, votes: [values[w] > values[x] for w, x in votes]),
        ("", lambda values, votes: 0.7),
    ],
}
