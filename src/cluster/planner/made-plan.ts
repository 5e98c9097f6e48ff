import type { BlobTable } from '../../engine/blob-table.ts';
import { bytesShares } from '../../engine/bytes-shares.ts';
import type { Plan } from '../../engine/plan.ts';
import type { BytesShare } from '../../engine/plan-rows.ts';
import { PlanTable } from '../../engine/plan-table.ts';

/** A plan with what is worked out from it once it is asked for. */
export class MadePlan {
  readonly plan: Plan;
  readonly #blobs: BlobTable;
  #table: PlanTable | undefined;
  #shares: readonly BytesShare[] | undefined;

  /** @param blobs the table of the inventory that the plan was made from */
  constructor(plan: Plan, blobs: BlobTable) {
    this.plan = plan;
    this.#blobs = blobs;
  }

  get table(): PlanTable {
    this.#table ??= new PlanTable(this.plan);
    return this.#table;
  }

  get shares(): readonly BytesShare[] {
    this.#shares ??= bytesShares(this.plan, this.#blobs);
    return this.#shares;
  }
}
