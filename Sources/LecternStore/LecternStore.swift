import LecternCore
import GRDB
