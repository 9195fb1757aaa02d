import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";

/** Somebody took the rule out while it was edited here. */
export function RemovedDialog({
  who,
  bringBack,
  leaveOut,
  close,
}: {
  who: string;
  bringBack: () => void;
  leaveOut: () => void;
  close: () => void;
}) {
  return (
    <Dialog title={t.packs.theyRemoved(who || t.packs.somebodyElse)} onClose={close}>
      <p className="quiet">{t.packs.theyRemovedAbout}</p>
      <div className="actions">
        <Button look="primary" onClick={bringBack}>
          {t.packs.bringBack}
        </Button>
        <Button onClick={leaveOut}>{t.packs.leaveOut}</Button>
      </div>
    </Dialog>
  );
}
