"""Votes: the file, the ballot, and what simulated voters say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from nstkit.errors import SettingsError
from nstkit.plots import show_ranking
from nstkit.quality import (
    MEASURES,
    Ballot,
    Vote,
    agreement,
    consistency,
    pool,
    rank,
    read_votes,
    trust,
    write_votes,
)

NAMES = ("a", "b", "c", "d", "e")
TRUE = dict(zip(NAMES, (1.2, 0.6, 0.0, -0.6, -1.2), strict=True))


def simulate(random, count, *, left=0.0, lazy=0.0, voter="v", true=TRUE):
    """Draw votes: a share of lazy ones by chance, the others by strength and side."""
    votes = []
    for _ in range(count):
        a, b = (str(name) for name in random.choice(list(true), 2, replace=False))
        chance = 0.5 if random.random() < lazy else expit(true[a] - true[b] + left)
        votes.append(Vote(voter, "g", a, b, "left" if random.random() < chance else "right"))
    return votes


def test_two_results_rank_as_the_logarithm_of_the_odds():
    votes = [Vote("v", "g", *sides) for sides in [("a", "b", "left"), ("b", "a", "right")] * 60]
    votes += [Vote("v", "g", *sides) for sides in [("a", "b", "right"), ("b", "a", "left")] * 20]
    found = rank(votes)
    assert found.names == ("a", "b")
    assert found.strengths[0] - found.strengths[1] == pytest.approx(np.log(3), abs=0.02)
    assert sum(found.strengths) == pytest.approx(0)
    assert found.left == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("left", "lazy"), [(0.0, 0.0), (0.0, 0.3), (1.5, 0.0)])
def test_true_ranks_are_found_with_lazy_voters_and_favourite_sides(left, lazy):
    found = rank(simulate(np.random.default_rng(0), 1500, left=left, lazy=lazy))
    assert found.names == NAMES
    assert found.left == pytest.approx(left, abs=0.3)
    if not lazy:  # lazy votes bring strengths together, and leave their order
        assert found.strengths == pytest.approx(tuple(TRUE.values()), abs=0.25)


def test_intervals_hold_the_truth_95_times_in_100():
    held = []
    for seed in range(100):
        random = np.random.default_rng(seed)
        found = rank(simulate(random, 250, left=0.3), resamples=200, seed=seed)
        places = zip(found.names, found.low, found.high, strict=True)
        held += [low <= TRUE[name] <= high for name, low, high in places]
    assert 0.92 <= np.mean(held) <= 0.98


def test_intervals_over_voters_are_wider_where_tastes_differ():
    """Votes alone would claim to know more of a people than these few voters can tell."""
    held, widths = [], []
    for seed in range(40):
        random = np.random.default_rng(seed)
        votes = []
        for voter in range(15):
            own = {name: value + random.normal(0, 0.8) for name, value in TRUE.items()}
            votes += simulate(random, 60, voter=str(voter), true=own)
        for kind in ("voters", "votes"):
            found = rank(votes, resample=kind, resamples=150, seed=seed)
            middle = found.names.index("c")
            widths.append(found.high[middle] - found.low[middle])
            held.append(found.low[middle] <= 0 <= found.high[middle])
    assert np.mean(widths[::2]) > 1.3 * np.mean(widths[1::2])
    assert np.mean(held[::2]) >= 0.8
    assert np.mean(held[::2]) >= np.mean(held[1::2]) + 0.1


def test_a_result_that_always_wins_has_a_finite_strength():
    found = rank([Vote("v", "g", "a", "b", "left")] * 30)
    assert 1 < found.strengths[0] < 20
    assert found.names[0] == "a"


def test_results_that_nothing_connects_and_no_votes_are_refused():
    apart = [Vote("v", "g", "a", "b", "left"), Vote("v", "g", "c", "d", "left")]
    with pytest.raises(SettingsError, match="connects c, d with a"):
        rank(apart)
    with pytest.raises(SettingsError, match="no votes"):
        rank([])
    with pytest.raises(SettingsError, match="resample"):
        rank(apart[:1], resample="people")


def test_agreement_and_consistency_by_hand():
    same = Vote("v", "g", "a", "b", "left")
    turned = Vote("v", "g", "b", "a", "left")  # the same question, the other answer
    assert consistency([same, same, turned])["v"] == (
        pytest.approx(1 / 3),
        pytest.approx(-1 / 3),
        3,
    )
    other = Vote("w", "g", "b", "a", "right")
    assert agreement([same, other]) == (1, 1, 1)
    assert agreement([same, other, Vote("x", "g", "a", "b", "right")]).share == pytest.approx(1 / 3)
    assert np.isnan(agreement([same, same]).share)  # one voter alone agrees with nobody
    assert np.isnan(consistency([same, other])["w"].share)


def test_the_measure_that_voters_follow_earns_trust_and_noise_does_not():
    random = np.random.default_rng(3)
    values = {name: dict.fromkeys(MEASURES, 0.0) for name in NAMES}
    for name in NAMES:
        values[name] |= {"ssim": TRUE[name], "gram": TRUE[name], "colour": -TRUE[name]}
    found = trust(simulate(random, 600), {"g": values})
    assert found["ssim"] == (pytest.approx(0.72, abs=0.06), pytest.approx(1))
    assert found["colour"] == found["ssim"]  # less is better there
    assert found["gram"][0] == pytest.approx(1 - found["ssim"][0])
    assert found["gram"][1] == pytest.approx(-1)
    share, order = found["contours"]  # the same for all
    assert share == 0.5
    assert np.isnan(order)
    with pytest.raises(SettingsError, match="without values"):
        trust(simulate(random, 5), {"g": {}})


GROUPS = {"cat": ("classic", "fast", "slow"), "bridge": ("classic", "fast")}


def answer(ballot, side="left"):
    while ballot.question:
        ballot.vote(side)


def test_a_ballot_asks_every_pair_once_and_some_again_the_other_way_round():
    ballot = Ballot(GROUPS, "ada", repeats=0.5)
    pairs = [(q.group, frozenset((q.left, q.right))) for q in ballot.questions]
    assert len(set(pairs[:4])) == 4
    assert len(pairs) == 6
    for again in ballot.questions[4:]:
        assert type(again)(again.group, again.right, again.left) in ballot.questions[:4]
    assert ballot.questions == Ballot(GROUPS, "ada", repeats=0.5).questions
    assert ballot.questions != Ballot(GROUPS, "bob", repeats=0.5).questions
    sides = [
        Ballot({"g": ("a", "b")}, "v", seed=seed, repeats=0).questions[0].left for seed in range(60)
    ]
    assert 15 < sides.count("a") < 45


def test_votes_are_saved_undone_and_continued(tmp_path):
    path = tmp_path / "votes.csv"
    ballot = Ballot(GROUPS, "ada", path=path)
    ballot.vote("left")
    ballot.vote("right")
    ballot.undo()
    again = Ballot(GROUPS, "ada", path=path)
    assert again.votes == ballot.votes == read_votes(path)
    assert again.question == ballot.questions[1]
    other = Ballot(GROUPS, "bob", path=path)
    answer(other)
    assert {vote.voter for vote in read_votes(path)} == {"ada", "bob"}
    with pytest.raises(SettingsError, match="all questions are answered"):
        other.vote("left")
    before = path.read_bytes()
    with pytest.raises(SettingsError, match="another seed"):
        Ballot(GROUPS, "ada", path=path, seed=5)
    assert path.read_bytes() == before
    Ballot({"g": "ab"}, "nobody").undo()  # there is nothing to take back


def test_votes_of_others_are_taken_in_and_saved(tmp_path):
    ada = Ballot(GROUPS, "ada", path=tmp_path / "ada.csv")
    bob = Ballot(GROUPS, "bob")
    answer(bob)
    ada.vote("left")
    ada.take(bob.votes)
    ada.take(bob.votes)  # once more changes nothing
    assert read_votes(tmp_path / "ada.csv") == ada.all_votes == [*ada.votes, *bob.votes]
    fresh = Ballot(GROUPS, "ada")
    fresh.take(ada.all_votes)
    assert fresh.votes == ada.votes
    with pytest.raises(SettingsError, match="other questions"):
        ada.take([Vote("ada", "x", "p", "q", "left")])


def test_a_class_is_pooled_and_nobody_counts_twice(tmp_path):
    paths = [tmp_path / f"{name}.csv" for name in ("ada", "bob")]
    for path in paths:
        answer(Ballot(GROUPS, path.stem, path=path))
    assert len(pool(paths)) == 2 * 5
    with pytest.raises(SettingsError, match="ada voted in"):
        pool([*paths, paths[0]])


def test_a_voters_name_may_hold_what_csv_finds_hard(tmp_path):
    votes = [Vote('Ann "A, B"\nSmith', "ü", "a,b", "c", "left")]
    assert read_votes(write_votes(tmp_path / "v.csv", votes)) == votes


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,v,g,a,b", "line 2: 5 of 6 columns"),
        ("2,v,g,a,b,left", "line 2: version '2'"),
        ("1,v,g,a,b,up", "line 2: unknown side 'up'"),
        ("1,v,g,a,a,left", "two different results"),
        ('1,v,g,"a,b,left', "cannot read votes"),
    ],
)
def test_a_broken_line_is_told_with_its_number_and_the_file_is_left(tmp_path, line, message):
    path = write_votes(tmp_path / "votes.csv", [])
    path.write_text(path.read_text() + line + "\n")
    before = path.read_bytes()
    with pytest.raises(SettingsError, match=message):
        read_votes(path)
    assert path.read_bytes() == before


def test_other_files_are_no_votes(tmp_path):
    for name, data in (("a.csv", b"x,y\n1,2\n"), ("b.csv", b""), ("c.csv", b"\xff\xfe\x00")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SettingsError, match="votes"):
            read_votes(tmp_path / name)
    with pytest.raises(SettingsError, match="cannot read"):
        read_votes(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("groups", "voter", "message"),
    [
        ({}, "v", "nothing to compare"),
        ({"g": ["a"]}, "v", "give two or more"),
        ({"g": ["a", "a"]}, "v", "give two or more"),
        ({"g": ["a", "b"]}, " ", "voter's name"),
    ],
)
def test_a_ballot_without_a_question_or_a_voter_is_refused(groups, voter, message):
    with pytest.raises(SettingsError, match=message):
        Ballot(groups, voter)


def test_the_plot_has_the_best_on_top():
    found = rank(simulate(np.random.default_rng(0), 300))
    ax = show_ranking(found, title="who").axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == list(found.names)
    assert ax.yaxis_inverted()
