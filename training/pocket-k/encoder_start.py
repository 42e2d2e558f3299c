"""Take the trunk of Pocket-K from the Lead I branch of the shared encoder (training/ecg-encoder)."""

import hashlib
from pathlib import Path

import torch

from cases import HERE

# layers of the encoder's Lead I branch -> ours
PREFIXES = (("lead1_stem.", "stem."), ("stages.", "stages."), ("embed.", "embed."))


def start_from(network, encoder: str | None) -> dict:
    """Copies what fits by name and shape. -> {parameters: names that came from the encoder, file, sha256}; both None from scratch.

    @raises ValueError when not every tensor of stem, stages and embedding was found: half a trunk would be no start.
    """
    if encoder is None:
        return {"parameters": set(), "file": None, "sha256": None}
    path = Path(encoder)
    state, own = torch.load(path, weights_only=True), network.state_dict()
    taken = {}
    for name, value in state.items():
        for theirs, ours in PREFIXES:
            mine = ours + name.removeprefix(theirs)
            if name.startswith(theirs) and mine in own and own[mine].shape == value.shape:
                taken[mine] = value
    wanted = {name for name in own if name.startswith(("stem.", "stages.", "embed."))}
    if missing := sorted(wanted - taken.keys()):
        raise ValueError(f"{path.name} lacks {missing[:4]} of {len(missing)}")
    network.load_state_dict(own | taken)
    repository = HERE.parents[1]
    shown = path.resolve()
    return {"parameters": {n for n, _ in network.named_parameters() if n in taken},
            "file": str(shown.relative_to(repository)) if shown.is_relative_to(repository) else path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
