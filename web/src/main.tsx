/** The dashboard begins here. */
import { render } from 'preact';
import './style/frame.css';
import './style/parts.css';
import './style/views.css';
import { App } from './app.tsx';
import { watchLive } from './live.ts';

const place = document.querySelector('#app');
if (place) render(<App />, place);
watchLive();
