import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { listOf } from "../../api/pages";
import type { Member } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Form } from "../../ui/form";
import { List, Row } from "../../ui/list";
import { Page } from "../../ui/page";
import { OperatorActs } from "./operator-acts";
import { RoleChoice } from "./role-choice";

export default function PeoplePage() {
  const me = useMe().data;
  const queries = useQueryClient();
  const [changing, setChanging] = useState<Member | null>(null);
  const mayWrite = allows(me?.scopes ?? [], "user:write");
  const renew = () => queries.invalidateQueries({ queryKey: listOf("GET /api/users").queryKey });
  const remove = async (id: string) => {
    await call("DELETE /api/users/{id}", { path: { id } });
    await renew();
  };
  const invite = mayWrite ? (
    <Link className="button primary" to="/invitations">
      {t.people.invite}
    </Link>
  ) : null;
  return (
    <Page title={t.people.title} lead={t.people.lead} action={invite}>
      <List name="GET /api/users" empty={t.people.empty}>
        {(member) => (
          <Row
            key={member.id}
            name={<Named member={member} own={member.id === me?.id} />}
            about={aboutOf(member)}
          >
            {mayWrite ? (
              <Button
                look="plain"
                aria-label={t.people.rolesOf(member.name)}
                onClick={() => setChanging(member)}
              >
                {t.people.changeRoles}
              </Button>
            ) : null}
            {mayWrite && member.id !== me?.id ? (
              <Confirmed
                label={t.actions.remove}
                name={t.people.removeNamed(member.name)}
                title={t.people.removeNamed(member.name)}
                about={t.people.removeAbout}
                confirm={t.actions.remove}
                perform={() => remove(member.id)}
              />
            ) : null}
          </Row>
        )}
      </List>
      {allows(me?.scopes ?? [], "activity:read") ? <OperatorActs /> : null}
      {changing ? <Roles member={changing} renew={renew} close={() => setChanging(null)} /> : null}
    </Page>
  );
}

function aboutOf(member: Member): string {
  return [member.email, member.roles.join(", ")].filter(Boolean).join(" · ");
}

function Named({ member, own }: { member: Member; own: boolean }) {
  return (
    <>
      {member.name}
      {own ? <span className="badge">{t.people.you}</span> : null}
      {member.suspended ? <span className="badge bad">{t.people.suspended}</span> : null}
      {member.second_factor ? null : <span className="badge grey">{t.people.noFactor}</span>}
    </>
  );
}

function Roles({ member, renew, close }: { member: Member; renew: () => Promise<void>; close: () => void }) {
  const [roles, setRoles] = useState<ReadonlySet<string>>(new Set(member.roles));
  const save = async () => {
    await call("PATCH /api/users/{id}", { path: { id: member.id }, body: { roles: [...roles] } });
    await renew();
    close();
  };
  return (
    <Dialog title={t.people.rolesOf(member.name)} onClose={close}>
      <Form submit={save} label={t.actions.save}>
        <RoleChoice chosen={roles} choose={setRoles} />
      </Form>
    </Dialog>
  );
}
