import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { allows, type Me, meQuery, useMe } from "../../api/me";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { Notice } from "../../ui/notice";
import { Page, Section } from "../../ui/page";
import { DemandFactor } from "./demand-factor";

export default function ProfilePage() {
  const me = useMe();
  if (!me.data) return null;
  return (
    <Page title={t.profile.title} lead={t.profile.lead}>
      <Section title={t.profile.you} about={t.profile.youAbout}>
        <NameForm me={me.data} />
      </Section>
      <Section title={t.profile.place} about={t.profile.placeAbout}>
        {allows(me.data.scopes, "organisation:write") ? (
          <>
            <OrganisationForm me={me.data} />
            <DemandFactor me={me.data} />
          </>
        ) : null}
        <dl className="facts">
          {allows(me.data.scopes, "organisation:write") ? null : (
            <div className="fact">
              <dt>{t.profile.organisation}</dt>
              <dd>{me.data.organisation.name || t.profile.unnamed}</dd>
            </div>
          )}
          <div className="fact">
            <dt>{t.profile.roles}</dt>
            <dd>{me.data.roles.join(", ") || t.profile.noRoles}</dd>
          </div>
        </dl>
      </Section>
    </Page>
  );
}

function NameForm({ me }: { me: Me }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const save = async ({ name = "" }: Values) => {
    setSaved(false);
    await call("PATCH /api/users/me", { body: { name } });
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    setSaved(true);
  };
  return (
    <>
      <Form submit={save} label={t.actions.save}>
        <Field
          name="name"
          label={t.signUp.name}
          defaultValue={me.name}
          autoComplete="name"
          required
          maxLength={120}
        />
        <Field name="email" label={t.signIn.email} value={me.email} readOnly />
      </Form>
      {saved ? <Notice>{t.profile.saved}</Notice> : null}
    </>
  );
}

function OrganisationForm({ me }: { me: Me }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const save = async ({ organisation = "" }: Values) => {
    setSaved(false);
    await call("PATCH /api/organisation", { body: { name: organisation } });
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    setSaved(true);
  };
  return (
    <>
      <Form submit={save} label={t.actions.save}>
        <Field
          name="organisation"
          label={t.profile.rename}
          defaultValue={me.organisation.name}
          placeholder={t.profile.unnamed}
          autoComplete="organization"
          required
          maxLength={120}
        />
      </Form>
      {saved ? <Notice>{t.profile.renamed}</Notice> : null}
    </>
  );
}
