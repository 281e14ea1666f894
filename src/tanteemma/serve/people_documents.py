"""People as JSON documents: the same on the command line and in the interface."""

from tanteemma.identity.profile.profile import Profile


def summary(profile: Profile, score: float) -> dict[str, object]:
    """A person in one line."""
    return {
        "id": profile.id,
        "name": profile.name,
        "events": profile.events,
        "identifiers": [one.subject for one in profile.identifiers],
        "first_at": profile.first.at if profile.first else None,
        "last_at": profile.last.at if profile.last else None,
        "last": profile.last.name if profile.last else None,
        "worth": profile.worth,
        "mood": profile.mood,
        "promises": len(profile.promises),
        "score": round(score, 1),
    }
