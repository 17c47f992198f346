"""Violations planted into a compliant Arista EOS configuration, one at a time."""

EOS_TRUNK = "   switchport trunk native vlan 998\n   switchport trunk allowed vlan 30-40\n"
USG_TEXT = "You are accessing a U.S. Government (USG) Information System"


EOS = (
    ("MGT-02", "   cipher aes256-ctr aes128-ctr\n", "", "management ssh\n   cipher aes256-ctr aes128-ctr\n"),
    (
        "MGT-02",
        "   mac hmac-sha2-512 hmac-sha2-256\n",
        "   mac hmac-sha1 hmac-sha2-256\n",
        "management ssh\n   mac hmac-sha2-256\n",
    ),
    ("MGT-04", "   idle-timeout 5\n", "   idle-timeout 11\n", "management ssh\n   idle-timeout 10\n"),
    ("MGT-04", "   idle-timeout 5\n", "   idle-timeout 0\n", "management ssh\n   idle-timeout 10\n"),
    ("MGT-04", "management console\n   idle-timeout 10\n", "", "management console\n   idle-timeout 10\n"),
    (
        "MGT-06",
        "banner login\n",
        "banner motd\n",
        "banner login\nKun for autoriserede brugere.\nAl adgang logges.\nEOF\n",
    ),
    ("MGT-06", "Kun for autoriserede brugere.", USG_TEXT, ""),
    (
        "AAA-01",
        "aaa authentication login default group tacacs+ local\n",
        "",
        "aaa authentication login default group tacacs+ local\n",
    ),
    ("AAA-01", "tacacs-server host 10.0.0.2\n", "", "tacacs-server host 10.0.0.2\n"),
    (
        "SNMP-01",
        "snmp-server group ops v3 priv\n",
        "snmp-server community hemmelig ro\nsnmp-server group ops v3 priv\n",
        "",
    ),
    ("NTP-01", "ntp server 10.0.0.12 key 1\n", "", "ntp server 10.0.0.12 key 1\n"),
    ("LOG-01", "logging host 10.0.0.22\n", "", "logging host 10.0.0.22\n"),
    (
        "L2-01",
        "   description Unused\n   shutdown\n   switchport access vlan 999\n",
        "",
        "interface Ethernet3\n   switchport access vlan 999\n   shutdown\n",
        ("L2-02",),
    ),
    (
        "L2-01",
        "allowed vlan 30-40",
        "allowed vlan 30-40,999",
        "interface Ethernet2\n   switchport trunk allowed vlan 30-40\n",
    ),
    (
        "L2-03",
        EOS_TRUNK,
        "   switchport trunk allowed vlan 30-40\n",
        "interface Ethernet2\n   switchport trunk native vlan 998\n",
    ),
    (
        "SEN-01",
        "monitor session ndr source Ethernet1\n",
        "monitor session ndr source Ethernet1 rx\n",
        "monitor session ndr source Ethernet1 both\n",
    ),
    (
        "SEN-02",
        "monitor session ndr source Ethernet2 both\n",
        "",
        "monitor session ndr source Ethernet2 both\n",
    ),
    (
        "SEN-03",
        "   description Sensor\n",
        "   description Sensor\n   switchport access vlan 10\n",
        "interface Ethernet48\n   no switchport access vlan 10\n",
    ),
    ("SEN-03", "   description Sensor\n", "   description Sensor\n   shutdown\n", ""),
    (
        "SEN-03",
        "monitor session ndr source Ethernet1\n",
        "monitor session ndr source Ethernet1\nmonitor session ndr source Ethernet48 rx\n",
        "no monitor session ndr source Ethernet48\n",
    ),
)
