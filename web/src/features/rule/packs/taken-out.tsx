import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";

/** Somebody took the rule out of the draft that one was editing. */
export function TakenOut({
  putBack,
  leave,
  close,
}: {
  putBack: () => Promise<void>;
  leave: () => Promise<void>;
  close: () => void;
}) {
  return (
    <Dialog title={t.packs.theyRemoved} onClose={close}>
      <p className="quiet">{t.packs.theyRemovedAbout}</p>
      <div className="actions">
        <Button look="primary" onClick={() => void putBack()}>
          {t.packs.putBack}
        </Button>
        <Button onClick={() => void leave()}>{t.packs.leaveOut}</Button>
      </div>
    </Dialog>
  );
}
