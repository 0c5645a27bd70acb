"""Ids of imported records: the same source and external id always give the same id."""

from uuid import UUID, uuid5

from referral.directory.rules.vocabulary import Entity

_NAMESPACE = UUID("5c1b4d6e-4a0b-5f43-9a53-3d0f1c7f9b10")


def entity_id(source: str, entity: Entity, external_id: str) -> UUID:
    """The id of an entity that `source` calls `external_id`."""
    return uuid5(uuid5(_NAMESPACE, source), f"{entity.value}:{external_id}")
