import { useNavigate } from "react-router";
import { answerTo } from "../../api/call";
import { useMe } from "../../api/me";
import { ended } from "../../api/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";

/** Says why somebody can do nothing else here: their organisation demands a second factor. */
export function Limited() {
  const me = useMe().data;
  const navigate = useNavigate();
  if (!me?.limited) return null;
  const has = me.authenticator || me.passkeys > 0;
  const leave = async () => {
    try {
      await answerTo("DELETE /api/tokens/current", {});
    } finally {
      ended();
      void navigate("/sign-in", { replace: true });
    }
  };
  return (
    <div className="notice" role="status">
      <Icon name="shield" />
      <div className="stack">
        <strong>{t.limited.title}</strong>
        <span>{has ? t.limited.again : t.limited.enrol}</span>
        {has ? (
          <div>
            <Button onClick={() => void leave()}>{t.limited.signIn}</Button>
          </div>
        ) : null}
      </div>
    </div>
  );
}
