import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { List, Row } from "../../ui/list";
import { Notice } from "../../ui/notice";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { RoleChoice } from "./role-choice";

export default function InvitationsPage() {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [sentTo, setSentTo] = useState("");
  const renew = () => queries.invalidateQueries({ queryKey: listOf("GET /api/invitations").queryKey });
  const revoke = async (id: string) => {
    await call("DELETE /api/invitations/{id}", { path: { id } });
    await renew();
  };
  const sent = async (email: string) => {
    setOpen(false);
    setSentTo(email);
    await renew();
  };
  const invite = (
    <Button look="primary" onClick={() => setOpen(true)}>
      {t.invitations.invite}
    </Button>
  );
  return (
    <Page title={t.invitations.title} lead={t.invitations.lead} action={invite}>
      <div className="part">
        {sentTo ? <Notice>{t.invitations.sent(sentTo)}</Notice> : null}
        <List name="GET /api/invitations" empty={t.invitations.empty}>
          {(each) => (
            <Row
              key={each.id}
              name={each.email}
              about={
                <>
                  {each.roles.join(", ")} · {t.keys.ends} <Time at={each.expires_at} />
                </>
              }
            >
              <Confirmed
                label={t.invitations.revoke}
                name={t.invitations.revokeNamed(each.email)}
                title={t.invitations.revokeNamed(each.email)}
                about={t.invitations.revokeAbout}
                confirm={t.invitations.revoke}
                perform={() => revoke(each.id)}
              />
            </Row>
          )}
        </List>
      </div>
      {open ? <Invite sent={sent} close={() => setOpen(false)} /> : null}
    </Page>
  );
}

function Invite({ sent, close }: { sent: (email: string) => Promise<void>; close: () => void }) {
  const [roles, setRoles] = useState<ReadonlySet<string>>(new Set(["customer"]));
  const send = async ({ email = "" }: Values) => {
    await call("POST /api/invitations", { body: { email, roles: [...roles] } });
    await sent(email);
  };
  return (
    <Dialog title={t.invitations.inviteTitle} onClose={close}>
      <Form submit={send} label={t.invitations.send}>
        <Field
          name="email"
          type="email"
          label={t.signIn.email}
          autoComplete="off"
          required
          maxLength={254}
          autoFocus
        />
        <RoleChoice chosen={roles} choose={setRoles} />
      </Form>
    </Dialog>
  );
}
