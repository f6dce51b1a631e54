// Copyright (c) 2026, mxlab.ftp contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.net.PrintCommandListener;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPSClient;

/** A session of Apache Commons Net: HOST PORT USER PASSWORD TLS FOLDER FILE... [--active | --EPSV]. */
public class CommonsNet {
    public static void main(String[] args) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(args));
        boolean active = words.remove("--active");
        boolean extended = words.remove("--EPSV");
        String tls = words.get(4);
        FTPClient client = tls.isEmpty() ? new FTPClient() : new FTPSClient(false);
        client.addProtocolCommandListener(new PrintCommandListener(new PrintWriter(System.out, true), true));
        if (!tls.isEmpty()) {
            ((FTPSClient) client).setEnabledProtocols(new String[] {"TLSv" + tls});
        }
        client.connect(words.get(0), Integer.parseInt(words.get(1)));
        if (!client.login(words.get(2), words.get(3))) {
            throw new Exception("login refused: " + client.getReplyString());
        }
        if (!tls.isEmpty()) {
            ((FTPSClient) client).execPBSZ(0);
            ((FTPSClient) client).execPROT("P");
        }
        if (!active) {
            client.enterLocalPassiveMode();
        }
        client.setUseEPSVwithIPv4(extended);
        client.setFileType(FTP.BINARY_FILE_TYPE);
        for (String name : words.subList(6, words.size())) {
            try (InputStream source = new FileInputStream(words.get(5) + "/" + name)) {
                check(client.storeFile(name, source), client);
            }
            try (OutputStream target = new FileOutputStream(words.get(5) + "/" + name + ".back")) {
                check(client.retrieveFile(name, target), client);
            }
        }
        client.logout();
    }

    private static void check(boolean done, FTPClient client) throws Exception {
        if (!done) {
            throw new Exception("refused: " + client.getReplyString());
        }
    }
}
