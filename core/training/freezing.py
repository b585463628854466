"""The lowest layers know the language and stay as they are; the others learn the subject."""

from __future__ import annotations

from itertools import takewhile

from torch import nn


def freeze_lowest(model: nn.Module, share: float) -> None:
    """Takes the embeddings and the lowest `share` of the layers out of training: they get no gradients and drop nothing. Where
    the share is less than half a layer, or it is not clear which the layers are, all of the model is trained.

    Registered in the order of computing, as every encoder does it, all that comes before the first trained layer is below it.
    """
    layers = _layers(model)
    n_frozen = round(share * len(layers))
    if n_frozen:
        first_trained = layers[n_frozen]
        lowest = next(first_trained.parameters())
        for weight in takewhile(lambda one: one is not lowest, model.parameters()):
            weight.requires_grad_(False)
        for module in takewhile(lambda one: one is not first_trained, model.modules()):
            if isinstance(module, nn.Dropout):
                module.p = 0.0


def _layers(model: nn.Module) -> list[nn.Module]:
    """The one list of as many modules as a transformer's configuration names layers; empty where there is none, or one a tower."""
    configs = [module.config for module in model.modules() if hasattr(module, "config")]
    numbers = {getattr(config, "num_hidden_layers", None) for config in configs}
    found = [module for module in model.modules() if isinstance(module, nn.ModuleList) and len(module) in numbers]
    return list(found[0]) if len(found) == 1 else []
