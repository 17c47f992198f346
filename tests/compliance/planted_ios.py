"""Violations planted into a compliant Cisco IOS configuration, one at a time."""

IOS_VTY = "line vty 5 15\n transport input ssh\n"
IOS_TRUNK = " switchport trunk native vlan 998\n switchport trunk allowed vlan 30-40\n"
USG_TEXT = "You are accessing a U.S. Government (USG) Information System"


IOS = (
    (
        "MGT-01",
        IOS_VTY,
        "line vty 5 15\n transport input telnet ssh\n",
        "line vty 5 15\n transport input ssh\n",
    ),
    ("MGT-01", IOS_VTY, "line vty 5 15\n transport input all\n", "line vty 5 15\n transport input ssh\n"),
    ("MGT-01", IOS_VTY, "line vty 5 15\n", "line vty 5 15\n transport input ssh\n"),
    ("MGT-01", IOS_VTY, "line vty 5 15\n no transport input\n", "line vty 5 15\n transport input ssh\n"),
    ("MGT-01", IOS_VTY, "LINE VTY 5 15\n TRANSPORT INPUT TELNET\n", "line vty 5 15\n transport input ssh\n"),
    (
        "MGT-01",
        IOS_VTY,
        "line vty 5 9\n transport input ssh\nline vty 10 15\n transport input rlogin ssh\n",
        None,
    ),
    ("MGT-01", "line vty 0 4\n", "line aux 0\n transport input telnet\nline vty 0 4\n", None),
    ("MGT-02", "ip ssh version 2\n", "", "ip ssh version 2\n"),
    ("MGT-02", "ip ssh version 2\n", "ip ssh version 1\n", "ip ssh version 2\n"),
    ("MGT-02", "logging host 10.0.0.21\n", "logging host 10.0.0.21\n!\nno ip ssh version 2\n", None),
    (
        "MGT-02",
        "mac hmac-sha2-512 hmac-sha2-256",
        "mac hmac-sha2-256 hmac-sha1",
        "ip ssh server algorithm mac hmac-sha2-256\n",
    ),
    (
        "MGT-02",
        "encryption aes256-ctr aes192-ctr aes128-ctr",
        "encryption aes128-cbc",
        "ip ssh server algorithm encryption aes256-ctr aes192-ctr aes128-ctr\n",
    ),
    (
        "MGT-02",
        "kex ecdh-sha2-nistp521 ecdh-sha2-nistp384",
        "kex ecdh-sha2-nistp521 diffie-hellman-group14-sha1",
        "ip ssh server algorithm kex ecdh-sha2-nistp521\n",
    ),
    (
        "MGT-02",
        "ip ssh server algorithm mac hmac-sha2-512 hmac-sha2-256\n",
        "",
        "ip ssh server algorithm mac hmac-sha2-512 hmac-sha2-256\n",
    ),
    ("MGT-04", " exec-timeout 9 30\n", " exec-timeout 0 0\n", "line con 0\n exec-timeout 10 0\n"),
    ("MGT-04", " exec-timeout 10 0\n", " exec-timeout 10 30\n", "line vty 0 4\n exec-timeout 10 0\n"),
    (
        "MGT-04",
        " exec-timeout 10 0\n",
        " exec-timeout 10 0\n no exec-timeout\n",
        "line vty 0 4\n exec-timeout 10 0\n",
    ),
    (
        "MGT-06",
        "banner login ^C\nKun for autoriserede brugere.\n^C\n",
        "",
        "banner login #\nKun for autoriserede brugere.\nAl adgang logges.\n#\n",
    ),
    ("MGT-06", "banner login ^C", "banner motd ^C", ""),
    ("MGT-06", "Kun for autoriserede brugere.", USG_TEXT, ""),
    ("MGT-06", "banner login ^C\nKun for autoriserede brugere.\n^C\n", "banner login ^C\n \n^C\n", ""),
    (
        "AAA-01",
        (
            "aaa new-model\naaa authentication login default group tacacs+ local\n"
            "aaa authorization exec default group tacacs+ local\n"
        ),
        "no aaa new-model\n",
        (
            "aaa new-model\naaa authentication login default group tacacs+ local\n"
            "aaa authorization exec default group tacacs+ local\n"
        ),
        ("AAA-05", "L2-10"),
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default local",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default local group tacacs+",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default group tacacs+",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default group tacacs+ local none",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "tacacs server SECOND\n address ipv4 10.0.0.2\n",
        "",
        "tacacs server AAA-10-0-0-2\n address ipv4 10.0.0.2\n",
    ),
    (
        "AAA-01",
        " address ipv4 10.0.0.2\n",
        " address ipv4 10.0.0.1\n",
        "tacacs server AAA-10-0-0-2\n address ipv4 10.0.0.2\n",
    ),
    (
        "AAA-01",
        " address ipv4 10.0.0.2\n",
        " address ipv4 192.0.2.2\n",
        "tacacs server AAA-10-0-0-2\n address ipv4 10.0.0.2\n",
    ),
    (
        "AAA-01",
        IOS_VTY,
        "line vty 5 15\n login authentication NOBODY\n transport input ssh\n",
        "aaa authentication login NOBODY group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "aaa authentication login default group tacacs+ local\n",
        (
            "aaa group server tacacs+ TOWN\n server name FIRST\n!\n"
            "aaa authentication login default group TOWN local\n"
        ),
        "aaa group server tacacs+ TOWN\n server name SECOND\n",
    ),
    (
        "SNMP-01",
        "snmp-server group OPS v3 priv\n",
        "snmp-server community public RO\nsnmp-server group OPS v3 priv\n",
        None,
    ),
    (
        "SNMP-01",
        "snmp-server group OPS v3 priv\n",
        (
            "snmp-server group OPS v3 priv\nSNMP-SERVER COMMUNITY Public RO 10\n"
            "no snmp-server community public\n"
        ),
        "no snmp-server community Public\n",
    ),
    ("NTP-01", "ntp server 10.0.0.11 key 1\n", "", "ntp server 10.0.0.11 key 1\n"),
    (
        "NTP-01",
        "ntp server 10.0.0.11 key 1\n",
        "ntp server 10.0.0.12 key 1\n",
        "ntp server 10.0.0.11 key 1\n",
    ),
    (
        "NTP-01",
        "ntp server 10.0.0.11 key 1\n",
        "ntp server 192.0.2.11 key 1\n",
        "ntp server 10.0.0.11 key 1\n",
    ),
    ("LOG-01", "logging host 10.0.0.22\n", "", "logging host 10.0.0.22\n"),
    ("LOG-01", "logging host 10.0.0.22\n", "no logging on\nlogging host 10.0.0.22\n", "logging on\n"),
    (
        "L2-01",
        (
            "interface GigabitEthernet1/0/2\n description UNUSED\n switchport access vlan 999\n"
            " switchport mode access\n shutdown\n"
        ),
        "interface GigabitEthernet1/0/2\n",
        "interface GigabitEthernet1/0/2\n switchport access vlan 999\n shutdown\n",
        ("L2-02",),
    ),
    (
        "L2-01",
        " description UNUSED\n switchport access vlan 999\n switchport mode access\n shutdown\n",
        " description UNUSED\n switchport access vlan 999\n switchport mode access\n",
        "interface GigabitEthernet1/0/2\n shutdown\n",
    ),
    (
        "L2-01",
        " description UNUSED\n switchport access vlan 999\n",
        " description ubrugt stik\n switchport access vlan 10\n",
        "interface GigabitEthernet1/0/2\n switchport access vlan 999\n",
    ),
    (
        "L2-01",
        "allowed vlan 30-40",
        "allowed vlan 30-40,990-1000",
        "interface TenGigabitEthernet1/1/2\n switchport trunk allowed vlan 30-40,990-998,1000\n",
    ),
    (
        "L2-01",
        "allowed vlan 30-40",
        "allowed vlan 2-4094",
        "interface TenGigabitEthernet1/1/2\n switchport trunk allowed vlan 2-998,1000-4094\n",
    ),
    (
        "L2-03",
        IOS_TRUNK,
        " switchport trunk allowed vlan 30-40\n",
        "interface TenGigabitEthernet1/1/2\n switchport trunk native vlan 998\n",
    ),
    (
        "L2-03",
        IOS_TRUNK,
        " switchport trunk native vlan 1\n switchport trunk allowed vlan 30-40\n",
        "interface TenGigabitEthernet1/1/2\n switchport trunk native vlan 998\n",
    ),
    (
        "SEN-01",
        "monitor session 1 source interface TenGigabitEthernet1/1/1\n",
        "",
        "monitor session 1 source interface TenGigabitEthernet1/1/1\n",
    ),
    (
        "SEN-01",
        "monitor session 1 source interface TenGigabitEthernet1/1/1\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/1 tx\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/1\n",
    ),
    (
        "SEN-02",
        "monitor session 1 source interface TenGigabitEthernet1/1/2\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/2 rx\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/2\n",
    ),
    (
        "SEN-03",
        " description Sensor\n",
        " description Sensor\n switchport access vlan 10\n",
        "interface GigabitEthernet1/0/48\n no switchport access vlan 10\n",
    ),
    (
        "SEN-03",
        " description Sensor\n",
        " description Sensor\n shutdown\n",
        "interface GigabitEthernet1/0/48\n no shutdown\n",
    ),
    (
        "SEN-03",
        "interface GigabitEthernet1/0/48 encapsulation replicate\n",
        "interface GigabitEthernet1/0/48 encapsulation replicate ingress dot1q vlan 10\n",
        (
            "no monitor session 1 destination interface GigabitEthernet1/0/48 encapsulation replicate "
            "ingress dot1q vlan 10\n"
            "monitor session 1 destination interface GigabitEthernet1/0/48 encapsulation replicate\n"
        ),
    ),
)
