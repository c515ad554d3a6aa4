import LecternCore
import Hummingbird
