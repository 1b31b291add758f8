"""The gate of policies with capability thresholds: DOMAIN §5 steps 2 to 7, in their order.

::

    ask(asked)      adds to it NO_COVERING_ASSESSMENT, SAFEGUARD_MISSING:ASL-3-SECURITY, FOLLOW_UP_MISSING, …

1. Only what is decided not below adds standards; what is undetermined denies deploying, and flags storing and training.
2. Deploying must ask for every required standard, storing for security alone, with interim measures accepted.
3. Training must ask for the security of every comparable model, and for the caps that were set.
4. On a surface where the model is kept under a go-ahead an interim measure stands in, and a missing follow-up flags.
5. A standard that is not defined must stand in place of a missing one, never beside it.
"""

from __future__ import annotations

from fractions import Fraction

from ledger.engine import deployments
from ledger.engine.calendar import overdue_at
from ledger.engine.compute import multiple
from ledger.engine.coverage import NONE, OPENING, covered, known_models, triggers
from ledger.engine.exempt import Lowered, lowered
from ledger.engine.house import approval, period
from ledger.engine.required import Required, required_by
from ledger.engine.runs import size
from ledger.engine.security import KEPT, eased, forebears, missing
from ledger.engine.states import UNDETERMINED, State, states
from ledger.engine.verdict import DENY, FLAG, RESTS_ON_OPENING, UNDER_EXCEPTION, Asked
from ledger.policy.words import Action, Code, Modality
from ledger.register import Fact, View
from ledger.subjects import interim, opening, sharing
from ledger.subjects.standing import Standing, standing
from ledger.subjects.training_caps import CAP_SET


def ask(asked: Asked) -> None:
    """Everything that speaks against the action."""
    q = asked.question
    found = states(asked.view, q.model)
    for state in found.values():
        _lean(asked, state.decision)
    due(asked)
    coverage(asked, found)
    needed = required_by(asked.policy, found)
    kept = deployments.go_ahead(asked.view, q.model, q.surface) if q.action is Action.DEPLOY else None
    asked.see(kept)
    if q.action is Action.TRAIN:
        train(asked)
    before = forebears(asked.view, q.model) if q.action is not Action.DEPLOY else ()
    for one in needed:
        standard(asked, one, found, before, kept)
    follow_up(asked, found, kept)
    if q.action is Action.DEPLOY:
        shared(asked, found, needed)


def due(asked: Asked) -> None:
    """Flags: an assessment is due, or overdue; in a train verdict for every model."""
    q, policy = asked.question, asked.policy
    models = dict.fromkeys((q.model, *(known_models(asked.view) if q.action is Action.TRAIN else ())))
    full = policy.assessment.comprehensive if policy.assessment else None
    within = full.complete_within if full else None
    rules = {t.id: t for t in policy.assessment.all_triggers} if policy.assessment else {}
    for model in models:
        for t in triggers(asked.view, model):
            if not t.met:
                continue
            rule, said = (
                rules[t.id],
                f"an assessment of {model} has been due since {t.reached_at[:10]} ({t.id})",
            )
            asked.due(
                "ASSESSMENT_DUE", model, t.id, said, index=t.index, modality=rule.modality, ref=rule.ref
            )
            if within and asked.view.now >= overdue_at(t.reached_at, period(asked.view, within.value)):
                said += f", and was to be complete within {within.value}"
                firm = within.modality or Modality.SHOULD
                asked.due(
                    "ASSESSMENT_OVERDUE", model, t.id, said, index=t.index, modality=firm, ref=within.ref
                )


def coverage(asked: Asked, found: dict[str, State]) -> None:
    """No assessment covers the model, or one of its thresholds is undetermined: silence is not safety (P7)."""
    q, by = asked.question, covered(asked.view, asked.question.model)
    _lean(asked, by.fact)
    measured = multiple(asked.view, q.model, by.model) if by.model else None
    asked.see(*(asked.entry(index) for index in (measured.path if measured else ())))
    if by.kind == OPENING:
        asked.marks.add(RESTS_ON_OPENING)
    higher = {t.next_level for t in asked.policy.thresholds if found[t.id].over}
    open_ = [s for s in found.values() if s.outcome == UNDETERMINED and not s.checkpoint]
    left = [s for s in open_ if s.threshold not in higher]
    enforce = DENY if q.action is Action.DEPLOY else FLAG
    if by.kind == NONE:
        why = f"no comprehensive assessment covers {q.model}"
        cure = "assess it, or let it inherit from an assessed model that it is not notably more capable than"
        asked.say(Code.NO_COVERING_ASSESSMENT, why, cure, about=(q.model,), enforce=enforce)
    elif left:
        names = ", ".join(s.threshold for s in left)
        why = f"{names} of {q.model} is undetermined, which is not below"
        facts = [s.decision for s in left]
        about = (q.model, *(s.threshold for s in left))
        cure = "decide it on an assessment that covers it"
        asked.say(Code.NO_COVERING_ASSESSMENT, why, cure, about=about, facts=facts, enforce=enforce)


def standard(
    asked: Asked, one: Required, found: dict[str, State], before: tuple[str, ...], kept: Fact | None
) -> None:
    """A required standard that is not in place for the model (and surface)."""
    q = asked.question
    security = one.security
    if q.action is not Action.DEPLOY and not security:
        return
    exempt = lowered(asked.view, q.model, one, q.surface)
    if exempt:
        asked.marks.add(UNDER_EXCEPTION)
        asked.see(exempt.fact)
    stands = _stands(asked.view, one, exempt, asked, before)
    _lean(asked, stands.rests_on)
    if stands.satisfied:
        return
    facts = [stands.rests_on, *(found[t].decision for t in one.because)]
    because = f" ({', '.join(one.because)} is not below)" if one.because else " (asked of every model)"
    where = q.model + (f" on {q.surface}" if q.surface else "")
    about = (one.standard, q.model, *one.because)
    if stands.state in KEPT and q.action not in _lapse_denies(asked):
        why = f"{one.standard} for {where} was to be decided again by {str(stands.until)[:10]}"
        cure = "decide it again: countersign record reapprove-safeguard"
        asked.say("REAPPROVAL_DUE", why, cure, about=about, facts=facts, on=one.standard, enforce=FLAG)
        return
    if q.action is Action.TRAIN and one.defined:
        return  # the security of comparable models, its own among them, is asked for at once
    if q.action is Action.STORE or kept:
        instead = interim.active(asked.view, one.standard, q.model, q.surface, before)
        if instead is not None:
            asked.see(instead, interim.proposed(asked.view, instead.data["interim_id"]))
            return
    if not one.defined:
        _undefined(asked, one, where + because, about, facts)
        return
    why = f"{one.standard} is {stands.state.replace('_', ' ')} for {where}{because}"
    enforce = None if one.modality is Modality.MUST else FLAG
    modality = None if one.modality is Modality.MUST else one.modality
    asked.say(
        Code.SAFEGUARD_MISSING,
        why,
        _cure(asked, one, kept),
        about=about,
        facts=facts,
        on=one.standard,
        enforce=enforce,
        modality=modality,
    )


def follow_up(asked: Asked, found: dict[str, State], kept: Fact | None) -> None:
    """Above a threshold the next level needs a decision of its own: the follow-up assessment."""
    for t in asked.policy.thresholds:
        if not found[t.id].over or t.next_level is None or found[t.next_level].outcome != UNDETERMINED:
            continue
        flags = asked.question.action is not Action.DEPLOY or kept is not None
        why = f"{t.id} of {asked.question.model} is not below, and {t.next_level} is not decided"
        cure = f"assess and decide {t.next_level}: the follow-up assessment"
        facts = (found[t.id].decision, found[t.next_level].decision)
        about = (asked.question.model, t.next_level)
        enforce = FLAG if flags else None
        asked.say(Code.FOLLOW_UP_MISSING, why, cure, about=about, facts=facts, enforce=enforce)


def shared(asked: Asked, found: dict[str, State], needed: list[Required]) -> None:
    """Board and LTBT have the decisions and their reports before anybody goes ahead."""
    lacking = unshared(asked, found, needed)
    if lacking:
        said = ", ".join(f"entry {fact.index} with {' and '.join(bodies)}" for fact, bodies in lacking)
        cure = "deliver each decision and its report: countersign record share-with-bodies"
        facts = [fact for fact, _ in lacking]
        asked.say(Code.NOT_SHARED, f"not shared: {said}", cure, about=(asked.question.model,), facts=facts)


def unshared(asked: Asked, found: dict[str, State], needed: list[Required]) -> list[tuple[Fact, list[str]]]:
    """The decisions that the answer leans on, each with the bodies that do not have it and its report."""
    rules = asked.policy.decisions
    if rules is None:
        return []
    q = asked.question
    relied = [(s.decision, rules.capability.share_before_proceeding) for s in found.values()]
    for one in needed:
        if not one.baseline:
            stands = standing(asked.view, one.standard, q.model, q.surface)
            if stands.satisfied:
                relied.append((stands.rests_on, rules.safeguards.share_before_proceeding))
    out: dict[str, tuple[Fact, list[str]]] = {}
    for fact, bodies in relied:
        if fact is None or not fact.decides or fact.type == "ledger.founded":
            continue
        lacking = [body for body in bodies if not _delivered(asked, fact, body)]
        if lacking:
            out[fact.id] = (fact, lacking)
    return sorted(out.values(), key=lambda x: x[0].index)


def train(asked: Asked) -> None:
    """Missing security of a comparable model, and caps."""
    q = asked.question
    for fact in eased(asked.view, asked.policy, q):
        asked.marks.add(UNDER_EXCEPTION)
        asked.see(fact)
    for one in missing(asked.view, asked.policy, q):
        times = (
            f"{float(one.size.value):.3g}x"
            if one.size.known
            else "counted as 1x (no measurement connects them)"
        )
        what = " and ".join(one.standards)
        why = f"{one.model} requires {what}, which is not in place, and this run is {times} of {one.model}"
        cure = f"have {what} decided satisfied for {one.model}, or plan a run below 1x of it"
        asked.say(
            Code.SECURITY_MISSING_FOR_COMPARABLE,
            why,
            cure,
            about=(one.model, *one.standards),
            facts=(*one.facts, *one.size.facts),
        )
    for cap in caps(asked.view).values():
        measured = size(asked.view, q, cap.data["model_id"])
        if measured.value > Fraction(cap.data["max_mult"]):
            model, limit = cap.data["model_id"], cap.data["max_mult"]
            why = f"training is capped at {limit}x of {model}, and this run is {float(measured.value):.3g}x"
            cure = f"stay within the cap, or wait until {cap.data['until'][:10]}, or have it lifted by all who set caps"
            asked.say(Code.CAP_EXCEEDED, why, cure, about=(model,), facts=(cap, *measured.facts))


def caps(view: View) -> dict[str, Fact]:
    """The cap on each model that binds now: a laxer one replaces a stricter one only when all who decide signed it."""
    out: dict[str, Fact] = {}
    roles = set(approval(view, "capability_decision").roles)
    for cap in view.of_type(CAP_SET):
        model = cap.data["model_id"]
        now = out.get(model)
        laxer = now is not None and Fraction(cap.data["max_mult"]) > Fraction(now.data["max_mult"])
        all_signed = roles <= {s.role for s in cap.signers if s.statement == "approve"}
        if not laxer or all_signed or (now is not None and now.data["until"] <= view.now):
            out[model] = cap
    return {model: cap for model, cap in out.items() if cap.data["until"] > view.now}


def _stands(
    view: View, one: Required, exempt: Lowered | None, asked: Asked, before: tuple[str, ...]
) -> Standing:
    q = asked.question
    if exempt:
        return exempt.standing(view, q.model, q.surface, before)
    return standing(view, one.standard, q.model, q.surface, before)


def _undefined(
    asked: Asked, one: Required, where: str, about: tuple[str, ...], facts: list[Fact | None]
) -> None:
    why = f"{one.standard}, required for {where}, is not defined"
    cure = "define it by a change of the policy, and have it decided satisfied"
    rule = asked.rule(Code.STANDARD_UNDEFINED)
    if rule is None and asked.question.action is Action.TRAIN:
        asked.say(Code.STANDARD_UNDEFINED, why, cure, about=about, facts=facts, on=one.standard, enforce=FLAG)
        return
    rule = rule or asked.rule(Code.SAFEGUARD_MISSING)
    asked.say(Code.STANDARD_UNDEFINED, why, cure, about=about, facts=facts, on=one.standard, rule=rule)


def _cure(asked: Asked, one: Required, kept: Fact | None) -> str:
    decide = f"have {one.standard} decided satisfied for this model" + (
        f" and {asked.question.surface}" if asked.question.surface else ""
    )
    if one.beside:
        return f"state the case and have {one.standard} decided on it"
    if asked.question.action is Action.STORE:
        return f"{decide}; until then an interim measure (record propose-interim), or delete the weights"
    if kept:
        return f"{decide}; until then an interim measure whose plan Board and LTBT have, or take it off"
    return decide


def _lapse_denies(asked: Asked) -> tuple[Action, ...]:
    rule = asked.policy.decisions.safeguards.reapprove if asked.policy.decisions else None
    return rule.lapse_denies if rule else (Action.DEPLOY,)


def _delivered(asked: Asked, fact: Fact, body: str) -> bool:
    items = [fact.id, *(x for x in (fact.data.get("report_digest"),) if x)]
    found = [sharing.delivered(asked.view, body, item) for item in items]
    asked.see(*found)
    return all(x is not None and x.data["delivered_at"] <= asked.view.now for x in found)


def _lean(asked: Asked, fact: Fact | None) -> None:
    """Note an entry; the founding's statement is marked wherever it is leaned on."""
    asked.see(fact)
    stated = opening.stated(asked.view)
    if fact is not None and stated is not None and fact.id == stated[0].id:
        asked.marks.add(RESTS_ON_OPENING)
