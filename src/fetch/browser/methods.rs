//! The methods of the DevTools protocol that are used, with JSON in and out.
//!
//! The crate's own types refuse an answer when a newer browser adds a word to it; a patrol must not stop for that.

use headless_chrome::protocol::cdp::types::Method;
use serde::Serialize;
use serde_json::Value;

macro_rules! methods {
    ($($ident:ident = $name:literal;)*) => { $(
        /// Parameters of the method, as JSON.
        #[derive(Debug, Serialize)]
        #[serde(transparent)]
        pub(super) struct $ident(pub(super) Value);

        impl Method for $ident {
            const NAME: &'static str = $name;
            type ReturnObject = Value;
        }
    )* };
}

methods! {
    BrowserVersion = "Browser.getVersion";
    SetDownloadBehavior = "Browser.setDownloadBehavior";
    CreateContext = "Target.createBrowserContext";
    CreateTarget = "Target.createTarget";
    AttachToTarget = "Target.attachToTarget";
    CloseTarget = "Target.closeTarget";
    EnablePage = "Page.enable";
    Navigate = "Page.navigate";
    AddScript = "Page.addScriptToEvaluateOnNewDocument";
    IsolatedWorld = "Page.createIsolatedWorld";
    Screenshot = "Page.captureScreenshot";
    PrintToPdf = "Page.printToPDF";
    LayoutMetrics = "Page.getLayoutMetrics";
    HandleDialog = "Page.handleJavaScriptDialog";
    EnableNetwork = "Network.enable";
    BypassServiceWorker = "Network.setBypassServiceWorker";
    SetUserAgent = "Network.setUserAgentOverride";
    EnableFetch = "Fetch.enable";
    ContinueRequest = "Fetch.continueRequest";
    FailRequest = "Fetch.failRequest";
    FulfillRequest = "Fetch.fulfillRequest";
    SetMetrics = "Emulation.setDeviceMetricsOverride";
    Evaluate = "Runtime.evaluate";
    TerminateExecution = "Runtime.terminateExecution";
}
