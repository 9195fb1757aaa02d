import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { call } from "../../api/call";
import { useMe } from "../../api/me";
import { ApiProblem } from "../../api/problem";
import { ended } from "../../api/session";
import type { Receipt } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { useFreshSession } from "./fresh-session";

/** Asks twice: there is no way back. */
export function Erase() {
  const [open, setOpen] = useState(false);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const email = useMe().data?.email ?? "";
  const { fresh, dialog } = useFreshSession();
  const erase = async (values: Values) => {
    if (values.email?.trim().toLowerCase() !== email)
      throw new ApiProblem(0, "not-an-address", t.privacy.eraseMismatch);
    setReceipt(await fresh(() => call("DELETE /api/users/me")));
    setOpen(false);
  };
  if (receipt) return <Erased receipt={receipt} />;
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {t.privacy.eraseButton}
      </Button>
      {open ? (
        <Dialog title={t.privacy.eraseTitle} onClose={() => setOpen(false)}>
          <p className="quiet">{t.privacy.eraseWarning}</p>
          <Form submit={erase} label={t.privacy.eraseConfirm} look="danger">
            <Field name="email" label={t.privacy.eraseType(email)} autoComplete="off" required autoFocus />
          </Form>
        </Dialog>
      ) : null}
      {dialog}
    </>
  );
}

function Erased({ receipt }: { receipt: Receipt }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = () => {
    ended();
    queries.clear();
    void navigate("/sign-in");
  };
  return (
    <Dialog title={t.privacy.erased} onClose={leave}>
      <p className="quiet">{t.privacy.erasedAbout}</p>
      <dl className="facts">
        <div className="fact">
          <dt>{t.privacy.receipt}</dt>
          <dd className="mono">{receipt.id}</dd>
        </div>
        <div className="fact">
          <dt>{t.privacy.erasedDone}</dt>
          <dd>{receipt.done.join(", ")}</dd>
        </div>
        <div className="fact">
          <dt>{t.privacy.erasedRemains}</dt>
          <dd>{receipt.remains.join("; ")}</dd>
        </div>
      </dl>
      <div className="actions">
        <Button look="primary" onClick={leave}>
          {t.actions.done}
        </Button>
      </div>
    </Dialog>
  );
}
