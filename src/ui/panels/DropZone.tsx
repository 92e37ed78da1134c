import { type ReactNode, useEffect, useState } from 'react';
import { importFiles } from '../actions.ts';
import { choose } from '../choices.ts';
import css from './DropZone.module.css';

/** Whether a file is over the policy panel, where it is read as a policy. */
const onPolicy = ({ target }: DragEvent): boolean => target instanceof Element && target.closest('[data-drop="policy"]') !== null;

/** Takes files dropped anywhere on the page. */
export function DropZone(): ReactNode {
  const [over, setOver] = useState<'session' | 'policy' | null>(null);
  useEffect(() => {
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const onOver = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(onPolicy(event) ? 'policy' : 'session');
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(null);
    };
    const onDrop = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(null);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (onPolicy(event)) choose({ importingPolicy: files[0] ?? null });
      else void importFiles(files);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={css.zone}>{over === 'policy' ? 'Drop the file to read it as a policy' : 'Drop files to look at them'}</div>
  );
}
