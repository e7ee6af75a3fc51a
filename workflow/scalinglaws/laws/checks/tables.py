"""The tables that the checks of laws are written to: units and meaning stand in their fields."""

import pyarrow as pa

from scalinglaws.metrics import field

_LAW = field("law", pa.string(), "", "name of the law", required=True)
_STATUS = field("status", pa.string(), "", "ok, or why there are no numbers", required=True)

HELD_OUT = pa.schema(
    [
        _LAW,
        field("variable", pa.string(), "", "whose largest values are held out", required=True),
        field("held_out", pa.bool_(), "", "predicted, not fitted", required=True),
        field("run_id", pa.string(), "", "run behind the loss", required=True),
        field("x", pa.float64(), "of `variable`", "null: all of the text there is"),
        field("loss", pa.float64(), "nats/token", "measured", required=True),
        field("predicted", pa.float64(), "nats/token", "by the fit to the rest"),
        field("run_low", pa.float64(), "nats/token", "95 % interval of one run"),
        field("run_high", pa.float64(), "nats/token", "95 % interval of one run"),
        _STATUS,
    ]
)

PROFILES = pa.schema(
    [
        _LAW,
        field("parameter", pa.string(), "", "an exponent of the law", required=True),
        field("estimate", pa.float64(), "1", "where the profile is smallest", required=True),
        field("value", pa.float64(), "1", "at which the parameter is held", required=True),
        field("deviance", pa.float64(), "1", "rise of the objective, as t squared", required=True),
        field("limit", pa.float64(), "1", "deviance at the ends of the 95 % interval"),
        field("scale", pa.string(), "", "what one unit of deviance is taken from", required=True),
        field("status", pa.string(), "", "of the law", required=True),
    ]
)
