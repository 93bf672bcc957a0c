"""The scores of a formula that only some losses have, as the files of a run hold them."""

from __future__ import annotations

from typing import TypedDict


class FurtherScores(TypedDict, total=False):
    """Scores on the training and the held-out rows, beside R².

    Attributes:
        robust_r2_train, robust_r2_holdout: only under Huber's scale: 1 minus the ratio of the squared robust scales of
            the errors and of the target.
        median_relative_error_train, ..., chi2_per_row_holdout: only under the losses that have them: the score in the
            words of the loss (`xnet.evidence.loss_scores`) on these rows; None where there is none.
        weighted: only where rows have weights: true, because R² and the other means over rows are weighted.
        accuracy_train, accuracy_holdout: only for a class: share of these rows that p > 0.5 classifies correctly.
        log_loss_train, log_loss_holdout: only for a class: mean log loss of these rows, in nats.
    """

    robust_r2_train: float | None
    robust_r2_holdout: float | None
    median_relative_error_train: float | None
    median_relative_error_holdout: float | None
    mean_absolute_error_train: float | None
    mean_absolute_error_holdout: float | None
    share_below_train: float | None
    share_below_holdout: float | None
    explained_deviance_train: float | None
    explained_deviance_holdout: float | None
    chi2_per_row_train: float | None
    chi2_per_row_holdout: float | None
    weighted: bool
    accuracy_train: float | None
    accuracy_holdout: float | None
    log_loss_train: float | None
    log_loss_holdout: float | None
