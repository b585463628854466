"""The lowest layers know the language and stay as they are; the others learn the subject."""

from __future__ import annotations

from itertools import takewhile

from torch import nn


def freeze_lowest(model: nn.Module, share: float) -> None:
    """Takes the embeddings and the lowest `share` of the layers out of training: they get no gradients and drop nothing. Where
    the share is less than half a layer, or the model has none, all of it is trained.

    Registered in the order of computing, as every encoder does it, all that comes before the first trained layer is below it.
    """
    layers = max((module for module in model.modules() if isinstance(module, nn.ModuleList)), key=len, default=nn.ModuleList())
    n_frozen = round(share * len(layers))
    if n_frozen:
        first_trained = layers[n_frozen]
        lowest = next(first_trained.parameters())
        for weight in takewhile(lambda one: one is not lowest, model.parameters()):
            weight.requires_grad_(False)
        for module in takewhile(lambda one: one is not first_trained, model.modules()):
            if isinstance(module, nn.Dropout):
                module.p = 0.0
