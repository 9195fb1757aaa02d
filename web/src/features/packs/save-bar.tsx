import type { PackView, Rule } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed } from "../../ui/dialog";
import { Notice, Wrong } from "../../ui/notice";
import { Foresight } from "./foresight";
import { labelOf } from "./in-words";
import { refusedIn } from "./mended";
import type { useSaving } from "./saving";

/** What the edit would do, and the button that saves it; always in sight. */
export function SaveBar({
  pack,
  rule,
  saving,
  flawed,
}: {
  pack: PackView;
  rule: Rule;
  saving: ReturnType<typeof useSaving>;
  flawed: boolean;
}) {
  const { changed, isNew, saved, error, busy } = saving;
  return (
    <div className="save-bar">
      <Foresight pack={pack.id} rule={rule} />
      {error ? <Refused error={error} /> : null}
      {saved && !changed ? (
        <Notice>
          {flawed ? t.packs.savedWithFlaws : t.packs.saved}
          {saved.length ? ` ${t.packs.savedWithTheirs(saved.map(labelOf).join(", "))}` : ""}
        </Notice>
      ) : null}
      <div className="actions">
        <Button type="submit" look="primary" busy={busy}>
          {t.packs.saveRule}
        </Button>
        {changed && !isNew ? (
          <Button look="plain" onClick={saving.undo}>
            {t.packs.undo}
          </Button>
        ) : null}
        {isNew ? null : (
          <Confirmed
            label={t.packs.removeRule}
            title={t.packs.removeRuleTitle}
            about={t.packs.removeRuleAbout}
            confirm={t.packs.removeRule}
            perform={saving.remove}
          />
        )}
      </div>
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  const refused = refusedIn(error);
  return refused ? (
    <div className="notice bad appears" role="alert">
      {refused.text}
    </div>
  ) : (
    <Wrong error={error} />
  );
}
