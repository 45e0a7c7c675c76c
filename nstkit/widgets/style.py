"""The studio's looks: one style sheet for JupyterLab's light and dark themes, and Colab's."""

STYLE = """
<style>
.nstkit-studio { --card: var(--jp-layout-color1, transparent); max-width: 1320px;
  padding: 4px 2px; }
.nstkit-studio .nstkit-card { border: 1px solid var(--line); border-radius: 8px;
  padding: 8px 10px 10px; background: var(--card); box-sizing: border-box; overflow: visible; }
.nstkit-studio .nstkit-head { font-size: 12px; font-weight: 600; letter-spacing: .06em;
  text-transform: uppercase; color: var(--soft); margin: 0 0 2px; }
.nstkit-studio .nstkit-head .value { text-transform: none; letter-spacing: 0; font-weight: 400; }
.nstkit-studio .widget-label { font-size: 13px; }
.nstkit-studio .jupyter-button { border-radius: 5px; font-size: 13px; }
.nstkit-studio .nstkit-tools .jupyter-button { width: auto; min-width: 84px; padding: 0 12px;
  font-weight: 600; }
.nstkit-studio img.nstkit-frame { width: 100%; object-fit: contain; border-radius: 5px; }
.nstkit-studio img.nstkit-source { max-height: 170px; }
.nstkit-studio img.nstkit-kept { width: 100%; max-height: 300px; object-fit: contain; }
.nstkit-studio img.nstkit-result { max-height: 390px; }
.nstkit-studio > .widget-hbox, .nstkit-studio > .jupyter-widget-tab, .nstkit-studio > .widget-tab
  { margin-top: 10px; }
.nstkit-stage { margin: 0 auto; }
@media (min-width: 1500px) { .nstkit-stage { zoom: 1.12; } }
@media (min-width: 1700px) { .nstkit-stage { zoom: 1.27; } }
@media (min-width: 1900px) { .nstkit-stage { zoom: 1.42; } }
@media (min-width: 2500px) { .nstkit-stage { zoom: 1.9; } }
@media (min-width: 3800px) { .nstkit-stage { zoom: 2.85; } }
.nstkit-hint { font-size: 12px; color: var(--soft); white-space: nowrap; padding-left: 8px;
  line-height: 28px; }
.nstkit-status { display: grid; grid-template-columns: 1fr auto; gap: 2px 14px; font-size: 13px;
  color: var(--ink); font-variant-numeric: tabular-nums; align-items: center; }
.nstkit-status progress { width: 100%; height: 10px; grid-column: 1 / 3;
  accent-color: var(--jp-brand-color1, #1583c7); }
.nstkit-status b { font-weight: 600; }
.nstkit-status .soft, .nstkit-note .soft { color: var(--soft); }
.nstkit-note { font-size: 13px; color: var(--ink); line-height: 1.45; }
.nstkit-alert { font-size: 14px; color: var(--ink); border-left: 4px solid #d55e00;
  background: color-mix(in srgb, #d55e00 12%, transparent); padding: 6px 10px; margin: 4px 0;
  border-radius: 3px; }
.nstkit-note a { color: var(--jp-content-link-color, #1583c7); font-weight: 600; }
.nstkit-note table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.nstkit-note td, .nstkit-note th { padding: 2px 14px 2px 0; text-align: left; }
.nstkit-note th { font-weight: 600; border-bottom: 1px solid var(--line); }
.nstkit-note tr.differs td { font-weight: 600; }
</style>
"""
