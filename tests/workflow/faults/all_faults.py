"""Every fault that the trial plays, in the order of the page."""

from faults.clock import CLOCK
from faults.damage import DAMAGE
from faults.kills import KILLS
from faults.others import OTHERS
from faults.refusals import DISK, MEMORY, READ_ONLY

FAULTS = (*KILLS, *DISK, *READ_ONLY, *MEMORY, *DAMAGE, *CLOCK, *OTHERS)
KINDS = tuple(dict.fromkeys(fault.kind for fault in FAULTS))
