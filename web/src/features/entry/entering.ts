import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { began } from "../../api/session";

/** Begins a session, and goes where somebody was going. */
export function useEntering(next: string) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [entered, setEntered] = useState(false);
  const enter = (expiresInS: number) => {
    setEntered(true);
    queries.clear();
    began(expiresInS);
    void navigate(next, { replace: true });
  };
  return { enter, entered };
}
