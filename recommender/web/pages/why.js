document.documentElement.dataset.why = location.protocol === "file:" ? "file" : isSecureContext ? "starts" : "insecure";
