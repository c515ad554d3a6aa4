import LecternCore
import CCurl
