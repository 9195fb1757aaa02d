import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { type Me, meQuery, useMe } from "../../api/me";
import type { Enrolment } from "../../api/routes";
import { renewNow } from "../../api/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed } from "../../ui/dialog";
import { Wrong } from "../../ui/notice";
import { EndOthers } from "./end-others";
import { Enrol, RecoveryCodes } from "./enrol-second-factor";
import { useFreshSession } from "./fresh-session";

/** On or off, and the way from one to the other. */
export function SecondFactor() {
  const me = useMe().data;
  const queries = useQueryClient();
  const { fresh, dialog } = useFreshSession();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [added, setAdded] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const renew = () => queries.invalidateQueries({ queryKey: meQuery.queryKey });
  const begin = async () => {
    setError(null);
    try {
      setEnrolment(await fresh(() => call("POST /api/users/me/second-factor")));
    } catch (problem) {
      setError(problem);
    }
  };
  const disable = async () => {
    await fresh(() => call("DELETE /api/users/me/second-factor"));
    await renew();
  };
  const finish = async (enabled: boolean) => {
    setEnrolment(null);
    setAdded(enabled);
    setCodes(null);
    await renewNow(); // where a second factor is demanded, this session may do more now
    await renew();
  };
  const byPasskey = async () => {
    setError(null);
    try {
      setCodes((await fresh(() => call("POST /api/users/me/second-factor/passkeys"))).recovery_codes);
    } catch (problem) {
      setError(problem);
    }
  };
  if (!me) return null;
  return (
    <>
      <State me={me} />
      {me.second_factor ? (
        <Confirmed
          look="danger"
          label={t.factor.disable}
          title={t.factor.disableTitle}
          about={t.factor.disableAbout}
          confirm={t.factor.disable}
          perform={disable}
        />
      ) : (
        <div className="actions">
          <Button look="primary" onClick={() => void begin()}>
            {t.factor.enrol}
          </Button>
          {me.passkeys ? (
            <Button title={t.factor.byPasskeyAbout} onClick={() => void byPasskey()}>
              {t.factor.byPasskey}
            </Button>
          ) : null}
        </div>
      )}
      {error ? <Wrong error={error} /> : null}
      {codes ? <RecoveryCodes codes={codes} finish={() => finish(true)} /> : null}
      {enrolment ? <Enrol enrolment={enrolment} finish={finish} /> : null}
      {added ? <EndOthers /> : null}
      {dialog}
    </>
  );
}

function State({ me }: { me: Me }) {
  const on = me.second_factor;
  const off = me.password ? t.factor.offAbout : t.factor.offWithoutPassword;
  return (
    <p className="actions">
      <span className={on ? "badge" : "badge grey"}>{on ? t.factor.on : t.factor.off}</span>
      <span className="quiet small">{on ? t.factor.codesLeft(me.recovery_codes) : off}</span>
    </p>
  );
}
