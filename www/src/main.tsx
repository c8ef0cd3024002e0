import { render } from 'preact';
import { App } from './app.js';
import { followAddress } from './route/route.js';
import './style/base.css';
import './style/parts.css';
import './style/compare.css';
import './style/package.css';
import './style/channel.css';
import './style/trust.css';

followAddress();
const place = document.getElementById('app');
if (place !== null) {
  place.replaceChildren();
  render(<App />, place);
}
