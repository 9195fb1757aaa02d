"""What people want of a device."""

from entrepot.core.ids import new_id
from entrepot.core.ports import Transaction
from entrepot.core.routes import Principal
from entrepot.tracking.events import DeviceCommanded
from entrepot.tracking.model import command as commands
from entrepot.tracking.model.command import Commanded, NewCommand
from entrepot.tracking.service import devices


async def command_device(tx: Transaction, who: Principal, *, id: str, command: NewCommand) -> Commanded:
    """Ask something of a device; it takes it when it next calls."""
    device = await devices.working(tx, who, id)
    said = DeviceCommanded(device_id=device.id, command_id=new_id(), body=commands.body(command))
    tx.emit(said)
    return Commanded(said.command_id)
