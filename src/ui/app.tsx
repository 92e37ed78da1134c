import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import css from './app.module.css';
import { callForAttention } from './attention.ts';
import { Boundary, reportPageErrors } from './Boundary.tsx';
import { choose, useChoices } from './choices.ts';
import { listenToKeys } from './keyboard.ts';
import { ArchiveDialog } from './panels/ArchiveDialog.tsx';
import { Approvals } from './panels/Approvals.tsx';
import { Branches } from './panels/Branches.tsx';
import { ChartPanel } from './panels/ChartPanel.tsx';
import { Compare } from './panels/Compare.tsx';
import { DropZone } from './panels/DropZone.tsx';
import { ExportButton } from './panels/Export.tsx';
import { Faults } from './panels/Faults.tsx';
import { ForkDialog } from './panels/ForkDialog.tsx';
import { Help } from './panels/Help.tsx';
import { ImportDialog } from './panels/ImportDialog.tsx';
import { Journal, type JournalFilter, JournalFilterSelect } from './panels/Journal.tsx';
import { Keeping } from './panels/Keeping.tsx';
import { Limits } from './panels/Limits.tsx';
import { JumpDialog } from './panels/JumpDialog.tsx';
import { Palette } from './panels/Palette.tsx';
import { Performance } from './panels/Performance.tsx';
import { Policy } from './panels/Policy.tsx';
import { Positions } from './panels/Positions.tsx';
import { ReplayBar } from './panels/ReplayBar.tsx';
import { Rules } from './panels/Rules.tsx';
import { Sessions } from './panels/Sessions.tsx';
import { Ticket } from './panels/Ticket.tsx';
import { TradesDialog } from './panels/TradesDialog.tsx';
import { TopBar } from './panels/TopBar.tsx';
import { Worth } from './panels/Worth.tsx';
import { Tabs } from './parts.tsx';
import { asksUser } from './queue.ts';
import { usePage } from './store.ts';
import { useThemeOnDocument } from './useTheme.ts';

/** Answers hold as long as what they were asked about: their keys say it all. */
const newQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, gcTime: 30_000, retry: false, networkMode: 'always' } },
  });

export function App(): ReactNode {
  useThemeOnDocument();
  useReadyMark();
  useEffect(listenToKeys, []);
  useEffect(callForAttention, []);
  useEffect(reportPageErrors, []);
  // every name and date on the page is another one: nothing of what was drawn before may stay
  const practice = useChoices((choices) => choices.practice);
  return <Workspace key={practice ? 'practice' : 'open'} />;
}

function Workspace(): ReactNode {
  const [queries] = useState(newQueries);
  const rows = useDefaultLayout({ id: 'ratchet.rows', storage: localStorage });
  const columns = useDefaultLayout({ id: 'ratchet.columns', storage: localStorage });
  const side = useDefaultLayout({ id: 'ratchet.side', storage: localStorage });
  return (
    <QueryClientProvider client={queries}>
      <div className={css.page}>
        <TopBar />
        <Limits />
        <Faults />
        <Keeping />
        <Group className={css.fill} orientation="vertical" {...rows}>
          <Panel id="top" minSize={320}>
            <Group orientation="horizontal" {...columns}>
              <Panel id="chart" minSize={420} className={css.column}>
                <Boundary what="The chart">
                  <ChartPanel />
                </Boundary>
                <ReplayBar />
              </Panel>
              <Separator className={css.separator} aria-label="Width of the right column" />
              <Panel id="side" defaultSize="30" minSize={424} maxSize="50">
                <Group orientation="vertical" {...side}>
                  <Panel id="decide" minSize={120} className={css.panel}>
                    <Boundary what="The right column">
                      <SidePanel />
                    </Boundary>
                  </Panel>
                  <Separator className={css.separator} aria-label="Height of the journal" />
                  <Panel id="log" defaultSize="30" minSize={80} className={css.panel}>
                    <Boundary what="The journal">
                      <LogPanel />
                    </Boundary>
                  </Panel>
                </Group>
              </Panel>
            </Group>
          </Panel>
          <Separator className={css.separator} aria-label="Height of the positions" />
          <Panel id="bottom" defaultSize={196} minSize={90} className={css.panel}>
            <Boundary what="The lower panel">
              <BottomPanel />
            </Boundary>
          </Panel>
        </Group>
      </div>
      <ImportDialog />
      <ArchiveDialog />
      <TradesDialog />
      <ForkDialog />
      <Help />
      <Palette />
      <JumpDialog />
      <DropZone />
    </QueryClientProvider>
  );
}

function SidePanel(): ReactNode {
  const tab = useChoices((choices) => choices.sideTab);
  const waiting = usePage((page) => page.proposals.filter((proposal) => asksUser(proposal, page.clock?.ts ?? null)).length);
  return (
    <Tabs
      label="Decide"
      value={tab}
      onChange={(sideTab) => choose({ sideTab })}
      tabs={[
        { value: 'approvals', title: `Approvals · ${waiting}`, panel: <Approvals /> },
        { value: 'ticket', title: 'Ticket', panel: <Ticket /> },
        { value: 'policy', title: 'Policy', panel: <Policy /> },
      ]}
      extra={tab === 'approvals' ? <span>↑ ↓ move</span> : null}
    />
  );
}

function LogPanel(): ReactNode {
  const tab = useChoices((choices) => choices.logTab);
  const [filter, setFilter] = useState<JournalFilter>('main');
  return (
    <Tabs
      label="Look up"
      value={tab}
      onChange={(logTab) => choose({ logTab })}
      tabs={[
        { value: 'journal', title: 'Journal', panel: <Journal filter={filter} /> },
        { value: 'rules', title: 'Rules', panel: <Rules /> },
      ]}
      extra={
        <>
          {tab === 'journal' ? <JournalFilterSelect value={filter} onChange={setFilter} /> : null}
          <ExportButton />
        </>
      }
    />
  );
}

function BottomPanel(): ReactNode {
  const tab = useChoices((choices) => choices.bottomTab);
  return (
    <Tabs
      label="Hold"
      value={tab}
      onChange={(bottomTab) => choose({ bottomTab })}
      tabs={[
        { value: 'positions', title: 'Positions', panel: <Positions /> },
        { value: 'performance', title: 'Performance', panel: <Performance /> },
        { value: 'review', title: 'Review', panel: <Worth /> },
        { value: 'branches', title: 'Branches', panel: <Branches /> },
        { value: 'compare', title: 'Compare', panel: <Compare /> },
        { value: 'sessions', title: 'Sessions', panel: <Sessions /> },
      ]}
      extra={
        <>
          <button type="button" data-quiet onClick={() => choose({ dialog: 'help' })}>
            Keys <kbd>?</kbd>
          </button>
          <button type="button" data-quiet onClick={() => choose({ dialog: 'palette' })}>
            Find <kbd>Ctrl K</kbd>
          </button>
        </>
      }
    />
  );
}

/** Marks the root element with `data-ready` once the first bars were painted. */
function useReadyMark(): void {
  const ready = usePage((page) => page.lastBar !== null);
  useEffect(() => {
    if (!ready) return;
    const root = document.getElementById('root');
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => root?.setAttribute('data-ready', 'true'));
    });
    return () => cancelAnimationFrame(frame);
  }, [ready]);
}
