"""The quantities that a run table may hold, the names that they go by, and what values can be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A column of ours, and how it is found in a table of another origin.

    ``names`` are tried in this order, compared as `spelled`. A column whose median is below
    ``least`` or above ``most`` is in another unit. ``count`` marks whole numbers of something, of
    which thousands, millions and billions are usual; ``zero`` says that 0 is a value.
    """

    column: str
    names: tuple[str, ...]
    unit: str
    least: float
    most: float
    count: bool = False
    zero: bool = False


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


QUANTITIES = {
    "N": Quantity(
        "n_params",
        _names(
            "n params parameters nparams n_parameters num_params num_parameters"
            " number_of_parameters param_count parameter_count params_count model_size"
            " model_params model_parameters non_embedding_params non_embedding_parameters"
            " params_non_embedding n_non_embedding non_emb_params nonembedding_params n_nonemb"
            " trainable_params n_est size"
        ),
        "parameters",
        1e2,
        1e14,
        count=True,
    ),
    "N_total": Quantity(
        "n_params_total",
        _names(
            "n_total total_params total_parameters params_total num_params_total n_total_params"
            " params_with_embeddings n_with_embeddings"
        ),
        "parameters",
        1e2,
        1e14,
        count=True,
    ),
    "D": Quantity(
        "dataset_tokens",
        _names("d d_tokens dataset_size data_size n_data unique_tokens training_set_tokens data"),
        "tokens",
        1e3,
        1e16,
        count=True,
    ),
    "tokens": Quantity(
        "tokens",
        _names(
            "n_tokens num_tokens tokens_seen tokens_processed tokens_trained train_tokens"
            " training_tokens total_tokens consumed_tokens token_count number_of_tokens"
        ),
        "tokens",
        1e2,
        1e16,
        count=True,
        zero=True,
    ),
    "C": Quantity(
        "compute_6nbs",
        _names(
            "c flops flop compute training_flops training_flop train_flops total_flops total_flop"
            " training_compute total_compute compute_flops compute_budget flops_budget num_flops"
        ),
        "FLOPs",
        1e6,
        1e30,
        zero=True,
    ),
    "B": Quantity(
        "batch_tokens",
        _names(
            "b batch batch_size_tokens batch_size_in_tokens tokens_per_batch tokens_per_step"
            " global_batch_tokens"
        ),
        "tokens",
        1,
        1e10,
        count=True,
    ),
    "S": Quantity(
        "steps",
        _names("s n_steps num_steps total_steps training_steps train_steps max_steps"),
        "steps",
        1,
        1e10,
        count=True,
        zero=True,
    ),
    "step": Quantity(
        "step",
        _names("global_step train_step training_step checkpoint_step iteration iter it"),
        "steps",
        0,
        1e10,
        count=True,
        zero=True,
    ),
    "loss": Quantity(
        "test_loss",
        _names(
            "loss l val_loss valid_loss validation_loss eval_loss final_test_loss final_val_loss"
            " final_validation_loss final_eval_loss final_loss last_loss early_stopped_test_loss"
            " lm_loss cross_entropy cross_entropy_loss ce_loss ce nll test_nll val_nll"
            " nats_per_token train_loss training_loss final_train_loss"
        ),
        "nats/token",
        1e-2,
        30.0,
    ),
    "lr": Quantity(
        "peak_learning_rate",
        _names("lr learning_rate max_lr peak_lr max_learning_rate base_lr"),
        "1",
        0.0,
        1e3,
        zero=True,
    ),
    "warmup": Quantity(
        "warmup_steps", _names("n_warmup_steps num_warmup_steps"), "steps", 0, 1e9, True, True
    ),
    "n_vocab": Quantity(
        "n_vocab", _names("vocab_size vocabulary_size vocab"), "tokens", 2, 1e8, count=True
    ),
    "d_model": Quantity(
        "d_model", _names("hidden_size n_embd width model_dim"), "units", 1, 1e7, count=True
    ),
    "n_layer": Quantity(
        "n_layer", _names("n_layers num_layers layers depth"), "layers", 0, 1e5, True, True
    ),
    "n_ctx": Quantity(
        "n_ctx",
        _names("seq_len sequence_length context_length seq_length max_seq_len block_size"),
        "tokens",
        1,
        1e8,
        count=True,
    ),
    "seed": Quantity("seed", _names("random_seed"), "1", 0, 2.0**63, True, True),
}
RUN_ID = "run_id"
# Words that name a run for certain, and words that may as well name a family of models.
RUN_NAMES = _names("run run_name run_id")
WEAK_RUN_NAMES = _names("name id model model_name model_id exp_name experiment_name")
# A loss by another scale: its column names and the unit that turns it into nats a token.
OTHER_LOSSES = {
    "perplexity": _names(
        "ppl perplexity val_ppl valid_ppl test_ppl eval_ppl val_perplexity test_perplexity"
        " validation_perplexity eval_perplexity final_ppl final_perplexity"
    ),
    "bits": _names("bits_per_token loss_bits test_bits_per_token val_bits_per_token bpt"),
}
TRAIN_LOSSES = _names("train_loss training_loss final_train_loss")
# Recognised but not taken: what the reader has to say first.
UNSAID = {
    "B": {
        "batch_size global_batch_size train_batch_size": (
            "may count sequences; say --column B={name}, and for sequences of 2048 tokens also "
            "--unit B=2048"
        )
    },
    "loss": {
        "bpb bits_per_byte val_bpb test_bpb eval_bpb bits_per_char bpc": (
            "is bits a byte; for nats a token say --column loss={name} --unit loss=F with "
            "F = ln 2 x bytes a token"
        ),
        "nats_per_byte test_nats_per_byte": (
            "is nats a byte; for nats a token say --column loss={name} --unit loss=F with "
            "F = bytes a token"
        ),
    },
}
