# SPDX-License-Identifier: Apache-2.0
#
# Facts: NXP PCF8574_PCF8574A Rev. 5, Philips PCF8574 (1997), TI SCPS068K; figures quoted are those of Philips 1997.

import sigrokdecode as srd

'''
OUTPUT_PYTHON format:

Packet:
[<ptype>, <pdata>]

<ptype>, <pdata>:
 - 'ADDRESS READ', 'ADDRESS WRITE': (<addr>, <ack>); ack: True if the chip answered
 - 'PORT': (<addr>, <value>, <changed>): a written and acknowledged byte, now in the port
 - 'PINS': (<addr>, <value>, <changed>): levels read from the pins
 - 'INT': (<addr>, <was_low>): INT released; was_low: True or False if it can be told, else None
 - 'WARNING': (<addr>, <text>)

<addr> is the 7-bit address. <changed> has a 1 for each pin that is known to have changed; it is None while
nothing is known about the pins.
'''

ADDRESSES = list(range(0x20, 0x28)) + list(range(0x38, 0x40))

ADDR_WRITE, ADDR_READ, WRITTEN, READ, PIN, CHANGE, INT_READ, INT_WRITE, WARNING = range(9)

def bits_of(mask):
    return [n for n in range(7, -1, -1) if mask >> n & 1]

def pins_of(mask):
    return ' '.join('P%d' % n for n in bits_of(mask))

def moves(changed, levels):
    '''Where the changed pins went: P3 P2 1->0, P0 0->1.'''
    ways = ((changed & ~levels, '1->0'), (changed & levels, '0->1'))
    return ', '.join('%s %s' % (pins_of(mask), way) for mask, way in ways if mask)

def byte_texts(word, value):
    return ['%s P7..P0 = %s (0x%02X)' % (word, format(value, '08b'), value), 'P7..P0 = %s' % format(value, '08b'),
            format(value, '08b'), '%02X' % value]

class Chip:
    '''What is known of one chip.'''

    def __init__(self, addr, power_on):
        self.addr = addr
        self.name = 'PCF8574' if addr < 0x38 else 'PCF8574A'
        self.port = 0xff if power_on else None  # last byte written and acknowledged
        self.levels = 0xff                      # of the pins; meaningful where known or sampled has a 1
        self.known = 0                          # pins of known level, for telling changes
        self.sampled = 0xff if power_on else 0  # pins whose input latch, which INT compares with, is known: it is as in levels

    def write(self, value):
        '''Returns the changed port bits. The WRITE pulse also reloads the input latch (fig. 8), from pins that were not seen.'''
        changed = None if self.port is None else self.port ^ value
        before = self.levels & self.known if self.port is None else self.port  # a pin that reads 1 is not pulled low
        rising = value & ~before
        self.port = value
        self.levels &= value
        self.known = self.known & ~rising | ~value & 0xff
        self.sampled = ~value & 0xff
        return changed

    def read(self, value):
        '''Returns (changed pins, pins for which INT was low before the sample was taken, was INT low).'''
        changed = (self.levels ^ value) & self.known if self.known else None
        told = self.sampled & ~self.contended(value)
        pending = (self.levels ^ value) & told
        was_low = True if pending else False if told == 0xff else None
        self.levels, self.known, self.sampled = value, 0xff, 0xff
        return changed, pending, was_low

    def contended(self, value):
        '''Pins that are written 0 and read 1.'''
        return 0 if self.port is None else value & ~self.port

    def pin_texts(self, n, level, written):
        pin = 'P%d = %d' % (n, level)
        if written:
            long = pin + (': input, or weakly high' if level else ': driven low')
        elif self.port is None:
            long = pin
        elif self.port >> n & 1:
            long = pin + ('' if level else ': held low from outside')
        else:
            long = pin + (': written 0, held high from outside' if level else ': driven low')
        return ([long] if long != pin else []) + [pin, str(level)]

class Decoder(srd.Decoder):
    api_version = 3
    id = 'pcf8574'
    name = 'PCF8574'
    longname = 'NXP/TI PCF8574 and PCF8574A'
    desc = '8-bit quasi-bidirectional I²C I/O expander.'
    license = 'apache-2.0'
    inputs = ['i2c']
    outputs = ['pcf8574']
    tags = ['Embedded/industrial', 'IC']
    options = (
        {'id': 'address', 'desc': 'Address', 'default': 'all', 'values': ('all',) + tuple('0x%02x' % a for a in ADDRESSES)},
        {'id': 'initial', 'desc': 'State of the chip when the capture begins', 'default': 'unknown', 'values': ('unknown', 'power-on')},
    )
    annotations = (
        ('address-write', 'Address, write'),
        ('address-read', 'Address, read'),
        ('written', 'Byte written'),
        ('read', 'Byte read'),
        ('pin', 'Pin'),
        ('change', 'Changed pins'),
        ('int-read', 'INT, by a read'),
        ('int-write', 'INT, by a write'),
        ('warning', 'Warning'),
    )
    annotation_rows = (
        ('transfers', 'Transfers', (ADDR_WRITE, ADDR_READ, WRITTEN, READ)),
        ('pins', 'Pins', (PIN,)),
        ('changes', 'Changes', (CHANGE,)),
        ('ints', 'INT', (INT_READ, INT_WRITE)),
        ('warnings', 'Warnings', (WARNING,)),
    )
    binary = (
        ('written', 'Bytes written'),
        ('read', 'Bytes read'),
    )

    def __init__(self):
        self.reset()

    def reset(self):
        self.chips = {}     # address -> Chip
        self.forget()

    def forget(self):
        self.chip = None    # in whose transfer we are
        self.reading = False
        self.bits = None    # of the byte that comes next: [[level, ss, es]], P0 first
        self.awaiting = None  # what the ACK clock decides: ('ADDRESS' or 'DATA', ss, es, byte, bits)
        self.pulse = None   # (ss, es) of an ACK at which the pins were sampled, until the byte is read
        self.bytes = 0
        self.transfer = None  # (ss, es) of the address

    def start(self):
        self.out_ann = self.register(srd.OUTPUT_ANN)
        self.out_python = self.register(srd.OUTPUT_PYTHON)
        self.out_binary = self.register(srd.OUTPUT_BINARY)
        address = self.options['address']
        self.addresses = ADDRESSES if address == 'all' else [int(address, 0)]
        if not set(self.addresses) <= set(ADDRESSES):
            raise ValueError('%s is not an address of a PCF8574 (0x20..0x27) or PCF8574A (0x38..0x3f)' % address)

    def put_ann(self, span, kind, texts):
        self.put(span[0], span[1], self.out_ann, [kind, texts])

    def put_python(self, span, ptype, *pdata):
        self.put(span[0], span[1], self.out_python, [ptype, (self.chip.addr,) + pdata])

    def warn(self, span, texts):
        self.put_ann(span, WARNING, texts)
        self.put_python(span, 'WARNING', texts[0])

    def put_byte(self, span, value, bits, changed):
        '''A byte that went to the port, or came from the pins.'''
        kind, word, binary = (READ, 'Read', 1) if self.reading else (WRITTEN, 'Write', 0)
        self.put_ann(span, kind, byte_texts(word, value))
        if bits:
            for n, (level, ss, es) in enumerate(bits):
                self.put_ann((ss, es), PIN, self.chip.pin_texts(n, level, not self.reading))
        if changed:
            self.put_ann(span, CHANGE, [moves(changed, value), pins_of(changed)])
        self.put_python(span, 'PINS' if self.reading else 'PORT', value, changed)
        self.put(span[0], span[1], self.out_binary, [binary, bytes([value])])

    def put_int(self, span, texts, was_low):
        self.put_ann(span, INT_READ if self.reading else INT_WRITE, texts)
        self.put_python(span, 'INT', was_low)

    # Packets of the I²C decoder

    def take_bits(self, ss, es, bits):
        self.bits = bits if len(bits) == 8 else None

    def take_address(self, ss, es, addr, reading):
        if self.bits:  # these do not depend on how the I²C decoder was told to show addresses
            addr = sum(bit[0] << n for n, bit in enumerate(self.bits)) >> 1
        self.end((ss, es), None)
        if addr not in self.addresses:
            return
        if addr not in self.chips:
            self.chips[addr] = Chip(addr, self.options['initial'] == 'power-on')
        self.chip, self.reading, self.transfer = self.chips[addr], reading, (ss, es)
        way, kind = ('read', ADDR_READ) if reading else ('write', ADDR_WRITE)
        self.put_ann((ss, es), kind, ['%s 0x%02X (A2..A0 = %s) %s' % (self.chip.name, addr, format(addr & 7, '03b'), way),
                                      '0x%02X %s' % (addr, way), '%02X %s' % (addr, way[0].upper()), '%02X' % addr])
        self.awaiting = ('ADDRESS', ss, es, addr, None)

    def take_data(self, ss, es, value, reading):
        bits, self.bits = self.bits, None
        if not self.chip or self.awaiting:
            return
        if not reading:
            self.awaiting = ('DATA', ss, es, value, bits)
            return
        if not self.pulse:  # clocks after a NACK: the chip does not listen any more
            return
        self.bytes += 1
        changed, pending, was_low = self.chip.read(value)
        self.put_byte((ss, es), value, bits, changed)
        pins = pins_of(self.chip.contended(value))
        if pins:
            self.warn((ss, es), ['%s: written 0, but reads 1: held high from outside, or the chip was reset' % pins,
                                 '%s: written 0, reads 1' % pins, pins])
        if was_low:
            texts = ['INT was low (%s), released by this read' % pins_of(pending), 'INT was low, released', 'INT low', '!']
        elif was_low is False:
            texts = ['INT was high (no pin differs from the last sample)', 'INT was high', 'INT high', '-']
        else:
            texts = ['INT released; whether it was low is not known', 'INT released', 'INT?', '?']
        self.put_int(self.pulse, texts, was_low)
        self.pulse = None
        self.awaiting = ('DATA', ss, es, value, bits)

    def take_ack(self, ss, es, ack):
        if not self.awaiting:
            return
        what, byte_ss, byte_es, value, bits = self.awaiting
        self.awaiting = None
        if what == 'ADDRESS':
            self.put_python((byte_ss, byte_es), 'ADDRESS READ' if self.reading else 'ADDRESS WRITE', ack)
        if self.reading:
            # READ pulse (fig. 11): the pins are sampled for the next byte; none after a NACK.
            self.pulse = (ss, es) if ack else None
        if what == 'ADDRESS' and not ack:
            self.warn((ss, es), ['No ACK: no chip at 0x%02X' % value, 'No ACK', 'N'])
            self.forget()
        elif what == 'DATA' and not self.reading:
            self.bytes += 1
            if ack:  # WRITE pulse (fig. 10): the port takes the byte at this rise of SCL.
                self.put_byte((byte_ss, byte_es), value, bits, self.chip.write(value))
                # NXP 8.5: INT may be released at that rise already, is by the fall; TI 7.1: after the fall.
                self.put_int((ss, es), ['INT released (by the fall of this SCL clock at the latest); changes not yet read are forgotten',
                                        'INT released, changes forgotten', 'INT released', '^'], None)
            else:
                self.warn((byte_ss, es), ['0x%02X written without ACK: the port does not take it' % value, 'No ACK: port unchanged', 'N'])

    def end(self, span, word):
        '''START, STOP, or the next address.'''
        if self.chip and self.awaiting:
            self.warn(span, ['%s before the ACK clock' % (word or 'Address'), 'No ACK clock', '!'])
        if self.chip and self.pulse:
            self.chip.sampled = 0
            self.put_int(self.pulse, ['INT released; this sample was not read', 'INT released', 'INT?', '?'], None)
            if self.bytes:
                self.warn(self.pulse, ['The last byte was acknowledged: one more sample was taken, and not read', 'Sample not read', '!'])
        if self.chip and not self.bytes and not self.awaiting:
            texts = ['Read without a whole data byte: the sample is lost', 'No data: sample lost', '!'] if self.reading else \
                    ['Write without a whole data byte: the port is unchanged', 'No data', '!']
            self.warn(self.transfer, texts)
        self.forget()

    def decode(self, ss, es, data):
        ptype, pdata = data
        if ptype == 'BITS':
            self.take_bits(ss, es, pdata)
        elif ptype in ('ADDRESS READ', 'ADDRESS WRITE'):
            self.take_address(ss, es, pdata, ptype == 'ADDRESS READ')
        elif ptype in ('DATA READ', 'DATA WRITE'):
            self.take_data(ss, es, pdata, ptype == 'DATA READ')
        elif ptype in ('ACK', 'NACK'):
            self.take_ack(ss, es, ptype == 'ACK')
        elif ptype in ('START', 'START REPEAT', 'STOP'):
            self.end((ss, es), 'STOP' if ptype == 'STOP' else 'START')
