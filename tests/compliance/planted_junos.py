"""Violations planted into a compliant Juniper Junos configuration, one at a time."""

JUNOS = (
    (
        "MGT-01",
        "        netconf {\n",
        "        telnet;\n        netconf {\n",
        "delete system services telnet\n",
    ),
    (
        "MGT-02",
        "protocol-version v2;",
        "protocol-version v1;",
        "delete system services ssh protocol-version v1\nset system services ssh protocol-version v2\n",
    ),
    (
        "MGT-02",
        "ciphers [ aes256-ctr aes192-ctr aes128-ctr ]",
        "ciphers [ aes256-ctr aes128-cbc ]",
        "delete system services ssh ciphers aes128-cbc\n",
    ),
    (
        "MGT-02",
        "            key-exchange [ ecdh-sha2-nistp521 ecdh-sha2-nistp384 ];\n",
        "",
        (
            "set system services ssh key-exchange ecdh-sha2-nistp521\n"
            "set system services ssh key-exchange ecdh-sha2-nistp384\n"
            "set system services ssh key-exchange ecdh-sha2-nistp256\n"
        ),
    ),
    ("MGT-04", "        idle-timeout 10;\n", "", "set system login idle-timeout 10\n"),
    (
        "MGT-04",
        "        idle-timeout 10;\n",
        "        idle-timeout 30;\n",
        "set system login idle-timeout 10\n",
    ),
    (
        "MGT-04",
        "        idle-timeout 10;\n",
        (
            "        idle-timeout 10;\n        class ops {\n"
            "            idle-timeout 60;\n            permissions view;\n        }\n"
        ),
        "set system login class ops idle-timeout 10\n",
    ),
    (
        "MGT-06",
        "        message ",
        "        announcement ",
        'set system login message "Kun for autoriserede brugere.\\nAl adgang logges."\n',
    ),
    (
        "AAA-01",
        "authentication-order [ tacplus password ]",
        "authentication-order password",
        (
            "delete system authentication-order\nset system authentication-order tacplus\n"
            "set system authentication-order password\n"
        ),
    ),
    (
        "AAA-01",
        "    authentication-order [ tacplus password ];\n",
        "",
        "set system authentication-order tacplus\nset system authentication-order password\n",
    ),
    (
        "AAA-01",
        '        10.0.0.2 {\n            secret "$9$madeup"; ## SECRET-DATA\n        }\n',
        "",
        "set system tacplus-server 10.0.0.2\n",
    ),
    (
        "SNMP-01",
        '    location "Town hall";\n',
        '    location "Town hall";\n    community hemmelig {\n        authorization read-only;\n    }\n',
        "delete snmp community hemmelig\n",
    ),
    ("NTP-01", "        server 10.0.0.12 key 1;\n", "", "set system ntp server 10.0.0.12 key 1\n"),
    ("NTP-01", "        server 10.0.0.12 key 1;\n", "        inactive: server 10.0.0.12 key 1;\n", None),
    (
        "LOG-01",
        "        host 10.0.0.22 {\n            any info;\n",
        "        host 10.0.0.22 {\n            any warning;\n            authorization info;\n",
        (
            "set system syslog host 10.0.0.22 any info\n"
            "set system syslog host 10.0.0.22 interactive-commands any\n"
        ),
    ),
    (
        "L2-01",
        "        disable;\n",
        "",
        None,
    ),
    ("L2-01", "members 30-40", "members [ 30-40 parking ]", None),
    ("L2-03", "native-vlan-id 998", "native-vlan-id 1", None),
    ("L2-03", "native-vlan-id 998", "native-vlan-id 35", None),
    (
        "SEN-01",
        "            egress {\n                interface xe-0/1/0.0;\n",
        "            egress {\n                inactive: interface xe-0/1/0.0;\n",
        None,
    ),
    (
        "SEN-02",
        "                interface xe-0/1/1.0;\n            }\n            egress {\n",
        "            }\n            egress {\n",
        None,
    ),
    (
        "SEN-03",
        "            family ethernet-switching;\n",
        (
            "            family ethernet-switching {\n                vlan {\n"
            "                    members users;\n                }\n            }\n"
        ),
        None,
    ),
)
