import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import type { RoleView } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Loaded, Row, Rows } from "../../ui/list";
import { Page } from "../../ui/page";
import { roleName, rolesQuery } from "./role-choice";
import { ScopeChoice } from "../../ui/scope-choice";

export default function RolesPage() {
  const roles = useQuery(rolesQuery);
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const mayWrite = allows(useMe().data?.scopes ?? [], "organisation:write");
  const renew = () => queries.invalidateQueries({ queryKey: rolesQuery.queryKey });
  const remove = async (name: string) => {
    await call("DELETE /api/roles/{name}", { path: { name } });
    await renew();
  };
  const make = mayWrite ? (
    <Button look="primary" onClick={() => setMaking(true)}>
      {t.roles.make}
    </Button>
  ) : null;
  return (
    <Page title={t.roles.title} lead={t.roles.lead} action={make}>
      <Loaded query={roles} rows={5}>
        {({ items }) => (
          <Rows items={items} empty={t.roles.empty}>
            {(role) => <RoleRow key={role.name} role={role} remove={mayWrite ? remove : null} />}
          </Rows>
        )}
      </Loaded>
      {making ? <MakeRole renew={renew} close={() => setMaking(false)} /> : null}
    </Page>
  );
}

function RoleRow({ role, remove }: { role: RoleView; remove: ((name: string) => Promise<void>) | null }) {
  const hint = t.roleHints[role.name as keyof typeof t.roleHints];
  return (
    <Row
      name={
        <>
          {roleName(role.name)}
          {role.own ? <span className="badge">{t.roles.own}</span> : null}
        </>
      }
      about={
        <>
          {hint ? <div>{hint}</div> : null}
          <span className="mono">{role.scopes.join(" ")}</span>
        </>
      }
    >
      {role.own && remove ? (
        <Confirmed
          label={t.actions.remove}
          name={t.roles.removeNamed(roleName(role.name))}
          title={t.roles.removeNamed(roleName(role.name))}
          about={t.roles.removeAbout}
          confirm={t.actions.remove}
          perform={() => remove(role.name)}
        />
      ) : null}
    </Row>
  );
}

function MakeRole({ renew, close }: { renew: () => Promise<void>; close: () => void }) {
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(["account:self", "token:self"]));
  const make = async ({ name = "" }: Values) => {
    await call("POST /api/roles", {
      body: { name: name.trim().toLowerCase().replace(/\s+/g, "-"), scopes: [...scopes] },
    });
    await renew();
    close();
  };
  return (
    <Dialog title={t.roles.makeTitle} onClose={close}>
      <Form submit={make} label={t.roles.make}>
        <Field name="name" label={t.roles.name} hint={t.roles.nameHint} required maxLength={40} autoFocus />
        <ScopeChoice legend={t.keys.may} chosen={scopes} choose={setScopes} />
      </Form>
    </Dialog>
  );
}
